namespace ForkTrace.Analytics.Reports;

/// <summary>
/// A query over a results database, for <c>forktrace report NAME</c>. A new file that implements it is a new report. The last word of a column's
/// name is its unit.
/// </summary>
public interface IReport
{
    /// <summary>The name as it is typed.</summary>
    string Name { get; }

    /// <summary>One sentence that says what a row is.</summary>
    string Summary { get; }

    /// <summary>The SELECT, without ORDER BY. It has a column <c>trace</c> if <see cref="HasTraces"/>, and <c>policy</c> if <see cref="HasPolicies"/>.</summary>
    string Select { get; }

    /// <summary>Columns that give the rows a total order.</summary>
    string OrderBy { get; }

    /// <summary>Whether rows belong to recordings, so that recordings can be selected.</summary>
    bool HasTraces => true;

    /// <summary>Whether rows belong to policies, so that policies can be selected.</summary>
    bool HasPolicies => true;

    /// <summary>
    /// Whether a row is of one cell, named by the column <c>cell</c>, with <c>policy</c> and <c>parameters</c>: then a column
    /// <c>conditions</c> says under what it was replayed.
    /// </summary>
    bool HasCells => HasPolicies;

    /// <summary>
    /// A shorter form of <see cref="Select"/> and <see cref="OrderBy"/>, with fewer rows, for a reader who did not ask for all of them; or
    /// null.
    /// </summary>
    (string Select, string OrderBy)? Folded => null;

    /// <summary>What the shorter form leaves out.</summary>
    string Unfolded => "capacity";

    /// <summary>
    /// The default figure; null for a report that does not show a single one. In <see cref="Select"/> it is
    /// <c>{metric}</c>: a numeric column of the view history.
    /// </summary>
    string? DefaultMetric => null;
}

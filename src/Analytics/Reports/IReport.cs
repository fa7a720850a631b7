namespace ForkTrace.Analytics.Reports;

/// <summary>
/// A question that is asked of a results database again and again, as rows. A new file that implements it is a new
/// <c>forktrace report NAME</c>. Units are the last word of a column's name, and are shown by it.
/// </summary>
public interface IReport
{
    /// <summary>As it is typed.</summary>
    string Name { get; }

    /// <summary>One sentence: what a row is.</summary>
    string Summary { get; }

    /// <summary>The SELECT, without ORDER BY. It has a column <c>trace</c> if <see cref="HasTraces"/>, and <c>policy</c> if <see cref="HasPolicies"/>.</summary>
    string Select { get; }

    /// <summary>Columns that order the rows wholly.</summary>
    string OrderBy { get; }

    /// <summary>Whether rows belong to recordings, so that these can be chosen.</summary>
    bool HasTraces => true;

    /// <summary>Whether rows belong to policies, so that these can be chosen.</summary>
    bool HasPolicies => true;

    /// <summary>
    /// Whether a row is of one cell, named by the column <c>cell</c>, with <c>policy</c> and <c>parameters</c>: then a column
    /// <c>conditions</c> says under what it was replayed.
    /// </summary>
    bool HasCells => HasPolicies;

    /// <summary>
    /// A shorter form of <see cref="Select"/> and <see cref="OrderBy"/>, with fewer rows, for a person who did not ask for all of them; null
    /// for none.
    /// </summary>
    (string Select, string OrderBy)? Folded => null;

    /// <summary>What the shorter form has no row of.</summary>
    string Unfolded => "capacity";

    /// <summary>
    /// The figure that is shown if none is asked for; null for a report that shows no single one. In <see cref="Select"/> it is
    /// <c>{metric}</c>: a numeric column of the view history.
    /// </summary>
    string? DefaultMetric => null;
}

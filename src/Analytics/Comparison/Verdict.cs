namespace ForkTrace.Analytics.Comparison;

/// <summary>What a rule says of one figure of one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Metric">Column of the database.</param>
/// <param name="Limit">How far it may go.</param>
/// <param name="Base">Before.</param>
/// <param name="Head">After; null where head has no such cell or no answer.</param>
/// <param name="IsRegression">Whether it went further than it may, or is gone.</param>
public sealed record Verdict(ComparedCell Cell, string Metric, RuleLimit Limit, double Base, double? Head, bool IsRegression)
{
    /// <summary><c>pass</c>, <c>regressed</c>, or <c>missing</c>: what is gone was not shown to be good.</summary>
    public string Word => !IsRegression ? "pass" : Head is null ? "missing" : "regressed";
}

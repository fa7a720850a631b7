using System.Collections.Immutable;
using System.IO.Enumeration;

namespace ForkTrace.Analytics.Comparison;

/// <summary>Limits for the cells that its globs match (<c>*</c> and <c>?</c>).</summary>
/// <param name="Trace">Glob over the file name of the recording.</param>
/// <param name="Policy">Glob over the policy's name.</param>
/// <param name="Parameters">Glob over the parameters, as <c>param=value,...</c>.</param>
/// <param name="Limits">By metric.</param>
public sealed record ComparisonRule(
    string Trace, string Policy, string Parameters, ImmutableSortedDictionary<string, RuleLimit> Limits)
{
    internal bool Covers(ComparedCell cell) =>
        Fits(Trace, cell.Trace) && Fits(Policy, cell.Policy) && Fits(Parameters, cell.Parameters);

    // FileSystemName finds nothing in an empty name, not even what * covers.
    private static bool Fits(string glob, string text) =>
        glob == "*" || FileSystemName.MatchesSimpleExpression(glob, text, ignoreCase: false);
}

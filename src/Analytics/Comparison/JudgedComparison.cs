using System.Collections.Immutable;

namespace ForkTrace.Analytics.Comparison;

/// <summary>A comparison with what rules say of it.</summary>
/// <param name="Comparison">The two sides.</param>
/// <param name="Verdicts">One for each figure that a rule limits; empty without rules.</param>
/// <param name="Notes">What the comparison notes, and rules that cover nothing.</param>
public sealed record JudgedComparison(ResultComparison Comparison, ImmutableArray<Verdict> Verdicts, ImmutableArray<string> Notes)
{
    /// <summary>Verdicts of regression.</summary>
    public IEnumerable<Verdict> Regressions => Verdicts.Where(verdict => verdict.IsRegression);

    /// <summary>Whether any rule was broken.</summary>
    public bool IsRegressed => Regressions.Any();

    /// <summary>For each cell that broke a limit: which causes of misses grew and shrank, as shares of its forks.</summary>
    public IReadOnlyList<IGrouping<ComparedCell, MissShift>> Reasons()
    {
        HashSet<ComparedCell> broken = [.. Regressions.Select(verdict => verdict.Cell)];
        return [.. Comparison.Pairs.Where(pair => broken.Contains(pair.Head)).SelectMany(MissShift.Of).GroupBy(shift => shift.Cell)];
    }

    /// <summary>Judges a comparison; without rules nothing can regress.</summary>
    /// <exception cref="RuleException">A rule names a metric that neither side has.</exception>
    public static JudgedComparison Of(ResultComparison comparison, RuleSet? rules)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return rules is null
            ? new JudgedComparison(comparison, [], comparison.Notes)
            : new JudgedComparison(comparison, rules.Judge(comparison), [.. comparison.Notes, .. rules.Idle(comparison)]);
    }

    /// <summary>In one line: <c>regressed: 2 of 14 limits broken; ...</c>.</summary>
    public string Headline()
    {
        string shared = $"{Comparison.Pairs.Length} shared cells, {Comparison.Changes.Length} figures changed";
        if (Verdicts.IsEmpty)
            return shared;
        int broken = Regressions.Count();
        return broken == 0
            ? $"passed: {Verdicts.Length} limits kept; {shared}"
            : $"regressed: {broken} of {Verdicts.Length} limits broken; {shared}";
    }
}

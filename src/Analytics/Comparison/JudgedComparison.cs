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

/// <summary>Why the hit rate of a cell moved: of its forks, the share that missed for one cause, before and after.</summary>
/// <param name="Cell">The cell, as head has it.</param>
/// <param name="Cause">What would have helped: <c>cold</c>, <c>placement</c>, <c>node</c>, <c>rcu_delay</c>, <c>capacity</c>.</param>
/// <param name="Base">Share of forks before, 0 to 1.</param>
/// <param name="Head">Share after, 0 to 1.</param>
public sealed record MissShift(ComparedCell Cell, string Cause, double Base, double Head)
{
    private const double ShareLeast = 0.0005;
    private const string Prefix = "misses_";
    private static readonly ImmutableArray<string> s_causes = ["cold", "placement", "node", "rcu_delay", "capacity"];

    /// <summary>
    /// The causes whose share moved by 0.05 percentage points or more, what rose most first; none where causes are not known.
    /// </summary>
    public static IEnumerable<MissShift> Of(CellPair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return s_causes
            .Select(cause => (Cause: cause, Base: Share(pair.Base, cause), Head: Share(pair.Head, cause)))
            .Where(shift => Math.Abs(shift.Head - shift.Base) >= ShareLeast)
            .OrderByDescending(shift => shift.Head - shift.Base)
            .Select(shift => new MissShift(pair.Head, shift.Cause, shift.Base, shift.Head));
    }

    /// <summary><c>placement 2.5 to 27.1 %</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Cause.Replace('_', ' ')} {Base * 100:0.0} to {Head * 100:0.0} %");

    // A share that is not known compares as no shift at all.
    private static double Share(ComparedCell cell, string cause) =>
        cell.Metrics.GetValueOrDefault(Prefix + cause) / cell.Metrics.GetValueOrDefault("allocations") ?? double.NaN;
}

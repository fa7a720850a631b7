namespace ForkTrace.Analytics.Comparison;

/// <summary>A comparison with the verdicts of its rules.</summary>
/// <param name="Comparison">The two sides.</param>
/// <param name="Verdicts">One for each figure that a rule limits; empty without rules.</param>
/// <param name="Notes">What the comparison notes, and rules that cover nothing.</param>
public sealed record JudgedComparison(ResultComparison Comparison, ImmutableArray<Verdict> Verdicts, ImmutableArray<string> Notes)
{
    private const string Remake = "results changed with the engine: remake the baseline";

    /// <summary>Verdicts of rules between policies, on the head.</summary>
    public ImmutableArray<PolicyVerdict> PolicyVerdicts { get; init; } = [];

    /// <summary>Recordings of the head that differ from the recording of the same name in the base, if that is not allowed.</summary>
    public ImmutableArray<string> ForbiddenRecordings { get; init; } = [];

    /// <summary>
    /// Cells whose figures differ because another version of the engine or of their policy made them. The user did not cause that, so they
    /// never count as regressed. Empty without rules.
    /// </summary>
    public ImmutableArray<ComparedCell> OutdatedCells { get; init; } = [];

    /// <summary>Verdicts of regression.</summary>
    public IEnumerable<Verdict> Regressions => Verdicts.Where(verdict => verdict.IsRegression);

    /// <summary>Verdicts of rules between policies that do not hold.</summary>
    public IEnumerable<PolicyVerdict> BrokenRules => PolicyVerdicts.Where(verdict => verdict.IsBroken);

    /// <summary>Whether any rule was broken.</summary>
    public bool IsRegressed => Regressions.Any() || BrokenRules.Any() || !ForbiddenRecordings.IsEmpty;

    /// <summary>Whether the base must be remade, because the engine or a policy of the catalogue changed.</summary>
    public bool IsOutdated => !OutdatedCells.IsEmpty;

    /// <summary>Whether anything was judged.</summary>
    public bool HasRules => Verdicts.Length + PolicyVerdicts.Length > 0 || IsRegressed || IsOutdated;

    /// <summary>Per cell that broke a limit: how the share of forks that missed changed, by cause.</summary>
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
        if (rules is null)
            return new JudgedComparison(comparison, [], comparison.Notes);
        ImmutableArray<ComparedCell> outdated = [.. comparison.Pairs.Where(pair => pair.IsOutdated).Select(pair => pair.Head)];
        HashSet<ComparedCell> excused = [.. outdated];
        return new JudgedComparison(
            comparison,
            [.. rules.Judge(comparison).Select(verdict => excused.Contains(verdict.Cell) ? verdict with { IsOutdated = true } : verdict)],
            [.. comparison.Notes, .. rules.Idle(comparison)])
        {
            PolicyVerdicts = [.. rules.PolicyRules.SelectMany(rule => rule.Judge(comparison.Head))],
            OutdatedCells = outdated,
        };
    }

    /// <summary>The same, but a recording that differs from the one of the same name in the base counts as broken.</summary>
    public JudgedComparison ForbidOtherRecordings() =>
        this with { ForbiddenRecordings = [.. Comparison.Pairs.Where(pair => pair.IsMadeAnew).Select(pair => pair.Head.Trace).Distinct()] };

    /// <summary>What to do about a result that changed without being the user's regression.</summary>
    public IEnumerable<string> Advice()
    {
        if (IsOutdated)
            yield return "check that the rules between policies hold, then make a new baseline: forktrace ci --update-baseline";
        foreach (string trace in ForbiddenRecordings)
        {
            yield return $"{trace} is not the recording of the baseline: restore that recording, make a new baseline, "
                + "or allow it (--allow-other-recordings, or the plan's allow-other-recordings = true)";
        }
    }

    /// <summary>In one line: <c>regressed: 2 of 14 limits broken; ...</c>.</summary>
    public string Headline()
    {
        List<string> parts = [];
        if (!ForbiddenRecordings.IsEmpty)
            parts.Add($"{string.Join(", ", ForbiddenRecordings)}: another recording than in base");
        if (IsOutdated)
            parts.Add($"{Remake} ({OutdatedCells.Length} of {Counted(Comparison.Pairs.Length, "cell")})");
        AddCount(parts, "limit", Verdicts.Length, Regressions.Count());
        AddCount(parts, "rule", PolicyVerdicts.Length, BrokenRules.Count(), " between policies");
        if (!Comparison.IsAlone)
            parts.Add($"{Counted(Comparison.Pairs.Length, "shared cell")}, {Counted(Comparison.Changes.Length, "figure")} changed");
        string word = IsRegressed ? "regressed: " : IsOutdated ? "outdated: " : HasRules ? "passed: " : "";
        return word + string.Join("; ", parts);
    }

    private static void AddCount(List<string> parts, string what, int all, int broken, string which = "")
    {
        if (all > 0)
            parts.Add(broken == 0 ? $"{Counted(all, what)}{which} kept" : $"{broken} of {Counted(all, what)}{which} broken");
    }

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}

/// <summary>The verdict of a rule on one figure of one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Metric">Column of the database.</param>
/// <param name="Limit">How far it may go.</param>
/// <param name="Base">Before.</param>
/// <param name="Head">After; null where head has no such cell or no answer.</param>
/// <param name="IsExceeded">Whether it went further than it may, or is gone.</param>
public sealed record Verdict(ComparedCell Cell, string Metric, RuleLimit Limit, double Base, double? Head, bool IsExceeded)
{
    /// <summary>Whether another version of the engine or of the policy made the figures. Then no regression is reported.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>Whether the limit was exceeded by the same engine and policy.</summary>
    public bool IsRegression => IsExceeded && !IsOutdated;

    /// <summary>
    /// <c>pass</c>, <c>regressed</c>, <c>missing</c> (there is no result, so it does not pass), or <c>outdated</c> if the limit was
    /// exceeded with another version of the engine or the policy.
    /// </summary>
    public string Word => !IsExceeded ? "pass" : IsOutdated ? "outdated" : Head is null ? "missing" : "regressed";
}

/// <summary>Why the hit rate of a cell changed: the share of its forks that missed for one cause, before and after.</summary>
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
    /// The causes whose share changed by at least 0.05 percentage points, largest increase first; none if causes are unknown.
    /// </summary>
    public static IEnumerable<MissShift> Of(CellPair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return Of([pair.Base], [pair.Head]);
    }

    /// <summary>The same for the means over several cells; before is 0 if there are no cells.</summary>
    internal static IEnumerable<MissShift> Of(ImmutableArray<ComparedCell> before, ImmutableArray<ComparedCell> after) => s_causes
        .Select(cause => (Cause: cause, Base: Share(before, cause), Head: Share(after, cause)))
        .Where(shift => Math.Abs(shift.Head - shift.Base) >= ShareLeast)
        .OrderByDescending(shift => shift.Head - shift.Base)
        .Select(shift => new MissShift(after[0], shift.Cause, shift.Base, shift.Head));

    /// <summary><c>placement 2.5 to 27.1 %</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Cause.Replace('_', ' ')} {Base * 100:0.0} to {Head * 100:0.0} %");

    /// <summary><c>placement 27.1 %</c>.</summary>
    internal string HeadText => string.Create(CultureInfo.InvariantCulture, $"{Cause.Replace('_', ' ')} {Head * 100:0.0} %");

    private static double Share(ImmutableArray<ComparedCell> cells, string cause) =>
        cells.IsEmpty ? 0 : cells.Average(cell => Share(cell, cause));

    // An unknown share counts as unchanged.
    private static double Share(ComparedCell cell, string cause) =>
        cell.Metrics.GetValueOrDefault(Prefix + cause) / cell.Metrics.GetValueOrDefault("allocations") ?? double.NaN;
}

using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// The text output of <c>run</c> and <c>replay</c>: the answer, the trace and its quality, then one row per policy. <c>--wide</c> adds the
/// events that the operations are known from.
/// </summary>
internal static class ResultsText
{
    public static void Write(Terminal terminal, ReplayPlan plan, RunFindings findings)
    {
        (TraceFacts facts, ImmutableArray<CellResult> results) = (findings.Facts, findings.Results);
        RunAnswer answer = RunAnswer.Of(findings.Own, results, findings.Curves);
        AnswerText.Write(terminal, answer.Kernel, answer.Change);
        LabelledLines lines = new(terminal);
        WriteTrace(lines, facts, results, terminal.Look.IsWide);
        WriteGrades(lines, results);
        WriteCuts(lines, plan, results);
        WriteOtherNames(lines, results);
        CostText.WriteHead(lines, plan.Conditions, results);
        WriteConditions(lines, plan, results);
        WriteHeadroom(lines, findings.Own);
        ImmutableArray<CellResult> rows = terminal.Look.IsWide ? results : SweptRows.Folded(results);
        terminal.Out.WriteLine();
        WriteTable(terminal, rows);
        CostText.WriteMeasured(terminal, findings.ForkTimes);
        MissesText.Write(terminal, rows);
        SweptRows.WriteKnees(terminal, results);
        foreach (IGrouping<string, CellResult> unmet in results.Where(result => result.Unmet is not null).GroupBy(result => result.Unmet!))
            lines.Add("no answer", $"{string.Join(", ", unmet.Select(result => result.Policy).Distinct())}: {unmet.Key}");
    }

    private static void WriteTrace(LabelledLines lines, TraceFacts facts, ImmutableArray<CellResult> results, bool isWide)
    {
        if (isWide)
        {
            FactsText.WriteHead(lines, facts);
            lines.Add("forks", Forks(facts, results));
            WriteEvidence(lines, results);
            WriteAgreement(lines, results);
            FactsText.WriteProblems(lines, facts);
            return;
        }

        lines.Add("trace", $"{facts.Trace} ({facts.Format}, {Readable.Bytes(facts.SizeBytes)})");
        lines.Add("kernel", FactsText.Kernel(facts));
        lines.Add("linux is", KernelText.Policy(facts));
        string time = facts.LastNs > facts.FirstNs ? $" in {FactsText.Duration(facts)}" : "";
        lines.Add("forks", Forks(facts, results) + time);
        FactsText.WriteFoundProblems(lines, facts);
    }

    private static void WriteCuts(LabelledLines lines, ReplayPlan plan, ImmutableArray<CellResult> results)
    {
        if (results.Select(result => result.CutAllocations).DefaultIfEmpty(0).Max() is > 0 and long cut)
        {
            string count = Readable.Count(cut);
            lines.Add("cut at gaps", $"{count} allocations of a task_struct, whose forks are taken from their ends, if those are there");
        }

        if (results.Select(result => result.CutCaches).DefaultIfEmpty(0).Max() is > 0 and long cuts)
        {
            bool isFull = plan.Conditions.Start == CacheStart.Full;
            string taken = isFull ? "full, as at the start" : "empty, as at the start, and full for \"if full at start\"";
            lines.Add(
                "cut caches",
                $"{FactsText.Counted(cuts, "place")} where lost events hide what a CPU had cached: from there it is taken to be {taken}");
        }
    }

    // The hits that the kernel's own policy misses, compared with a policy that knows the future.
    private static void WriteHeadroom(LabelledLines lines, CellResult? own)
    {
        if (own?.BoundHitRate is not { } bound)
            return;
        lines.Add(
            "headroom",
            string.Create(CultureInfo.InvariantCulture, $"{100 * (bound - own.HitRate):0.0} points: no policy that holds as many bytes on average ")
            + $"as {own.Policy}, this kernel's own, can hit more than {Readable.Share(bound)}");
    }

    private static void WriteOtherNames(LabelledLines lines, ImmutableArray<CellResult> results)
    {
        IEnumerable<CellResult> renamed = results.Where(result => result.AskedFor.Length > 0 && result.AskedFor != result.Policy);
        foreach (CellResult result in renamed.DistinctBy(result => result.AskedFor))
            lines.Add("asked for", $"{result.AskedFor}, which is {result.Policy} here");
    }

    // Only conditions that the user gave, or several memory nodes of the machine.
    private static void WriteConditions(LabelledLines lines, ReplayPlan plan, ImmutableArray<CellResult> results)
    {
        ReplayConditions conditions = plan.Conditions;
        string topology = results.FirstOrDefault()?.Conditions.Lifecycle.Topology?.ToString() ?? "";
        if (conditions.Lifecycle.Topology is null && topology.Contains("node1", StringComparison.Ordinal))
            lines.Add("topology", topology);
        foreach ((string label, string value) in ConditionText.Of(conditions))
            lines.Add(label, value);
        if (conditions.Start != CacheStart.Full)
            return;
        int full = results.Count(result => result.StartsFull);
        lines.Add("start", $"from full caches ({full} of {results.Length} policies; others have no such state)");
    }

    private static string Forks(TraceFacts facts, ImmutableArray<CellResult> results)
    {
        long failed = results.Select(result => result.FailedForks).DefaultIfEmpty(0).Max();
        return failed == 0
            ? Readable.Count(facts.Forks)
            : $"{Readable.Count(facts.Forks)}, and {Readable.Count(failed)} that took a stack and failed";
    }

    // All policies saw the same operations. Together they use most kinds.
    private static void WriteEvidence(LabelledLines lines, ImmutableArray<CellResult> results)
    {
        IEnumerable<OperationEvidence> uses = results.SelectMany(result => result.Grade.Uses).DistinctBy(use => use.Kind);
        foreach (OperationEvidence use in uses.OrderBy(use => use.Kind))
            lines.Add("evidence", use.ToString());
    }

    private static void WriteAgreement(LabelledLines lines, ImmutableArray<CellResult> results)
    {
        foreach (CellResult own in results)
        {
            if (own.Measured is { } measured)
            {
                lines.Add(
                    "agreement",
                    $"measured: {own.Policy} predicts {Readable.Share(measured.Share)} of {Readable.Count(measured.Forks)} forks correctly (balanced "
                    + $"{Readable.Share(measured.BalancedShare)}; always the same answer: {Readable.Share(measured.ConstantShare)})");
            }
            else if (own.Expected is { } expected)
            {
                lines.Add(
                    "agreement",
                    $"expected: {own.Policy} predicts {Readable.Share(expected.Low)} to {Readable.Share(expected.High)} of forks correctly from this "
                    + $"evidence ({expected.Evidence}; docs/fidelity.md)");
            }
        }
    }

    private static void WriteGrades(LabelledLines lines, ImmutableArray<CellResult> results)
    {
        IEnumerable<CellResult> answered = results.Where(result => result.Unmet is null);
        foreach (IGrouping<GradeLevel, CellResult> level in answered.GroupBy(result => result.Grade.Level).OrderBy(group => group.Key))
            lines.Add("grade", $"{level.Key}: {GradeLevels.Describe(level.Key)} ({level.Count()} of {results.Length} policies)");
    }

    // If not all columns fit, those with the highest rank are dropped first.
    private static void WriteTable(Terminal terminal, ImmutableArray<CellResult> results)
    {
        bool hasIntervals = HasIntervals(results);
        TextTable table = new();
        table.AddColumn("Policy", rank: 0);
        table.AddColumn("Parameters", rank: 2);
        table.AddColumn("Grade", rank: 8);
        (string Title, int Rank)[] numbers =
        [
            ("Forks", 13), ("Hits", 9), ("Misses", 12), ("Hit rate", 1), ("Cost mean", 3), .. hasIntervals ? [("Interval", 7)] : Array.Empty<(string, int)>(),
            ("p50", 11), ("p99", 10), ("To pages", 4), ("Create+join", 8), ("Cached peak", 5), ("RCU peak", 6),
        ];
        foreach ((string title, int rank) in numbers)
            table.AddColumn(title, isNumber: true, rank);
        foreach (CellResult result in results)
            table.AddRow([result.Policy, Parameters(result), .. Figures(result, numbers.Length + 1, hasIntervals)]);
        table.Write(terminal);
    }

    // Most models have no intervals.
    private static bool HasIntervals(ImmutableArray<CellResult> results) => results.Any(result => result.MeanCostIntervalNs is not null);

    private static IEnumerable<string> Figures(CellResult result, int count, bool hasIntervals) => result.Unmet is not null
        ? Enumerable.Repeat("-", count)
        :
        [
            result.Grade.Level.ToString(),
            Readable.Count(result.Allocations),
            Readable.Count(result.Hits),
            Readable.Count(result.Misses),
            Readable.Share(result.HitRate),
            CostText.Cost(result.Latency.MeanNs, !result.Unpriced.IsEmpty),
            .. hasIntervals ? [CostText.Interval(result.MeanCostIntervalNs)] : Array.Empty<string>(),
            CostText.Cost(result.Latency.QuantileNs(0.50), !result.Unpriced.IsEmpty),
            CostText.Cost(result.Latency.QuantileNs(0.99), !result.Unpriced.IsEmpty),
            CostText.ToPages(result),
            CostText.Cost(result.CreateJoinCostMeanNs, !result.CreateJoinUnpriced.IsEmpty),
            Readable.Bytes(result.Memory.Cached.PeakBytes),
            Readable.Bytes(result.Memory.WaitingForRcu.PeakBytes),
        ];

    /// <summary><c>capacity=2 depot=16</c>.</summary>
    internal static string Parameters(CellResult result) =>
        string.Join(' ', result.Parameters.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")));
}

/// <summary>The answer of a run, in two sentences.</summary>
internal static class AnswerText
{
    public static void Write(Terminal terminal, string kernel, string change)
    {
        terminal.WriteWrapped(kernel);
        terminal.WriteWrapped(change);
        terminal.Out.WriteLine();
    }
}

/// <summary>The conditions of a replay that are not the defaults, each as a label and a value.</summary>
internal static class ConditionText
{
    public static ImmutableArray<(string Label, string Value)> Of(ReplayConditions conditions) =>
    [
        .. ConditionDefinition.All
            .Where(condition => condition.Note is not null && !condition.IsDefault(conditions))
            .Select(condition => (condition.Name.Replace('-', ' '), condition.Note!(conditions))),
    ];
}

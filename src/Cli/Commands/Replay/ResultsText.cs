using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>What <c>run</c> and <c>replay</c> say to a person: the trace and what it is worth, then a row a policy.</summary>
internal static class ResultsText
{
    public static void Write(
        Terminal terminal, TraceFacts facts, ReplayPlan plan, ImmutableArray<CellResult> results, ImmutableArray<ForkLatency> forkTimes)
    {
        LabelledLines lines = new(terminal.Out);
        FactsText.WriteHead(lines, facts);
        lines.Add("forks", Forks(facts, results));
        WriteEvidence(lines, results);
        WriteGrades(lines, results);
        AgreementText.Write(lines, facts, results);
        FactsText.WriteProblems(lines, facts);
        if (results.Select(result => result.CutAllocations).DefaultIfEmpty(0).Max() is > 0 and long cut)
        {
            string count = Readable.Count(cut);
            lines.Add("cut at gaps", $"{count} allocations of a task_struct, whose forks are taken from their ends, if those are there");
        }

        if (results.Select(result => result.CutCaches).DefaultIfEmpty(0).Max() is > 0 and long cuts)
        {
            bool isFull = plan.Conditions.Start == CacheStart.Full;
            string taken = isFull ? "full, as at the start" : "empty, as at the start, and full for \"if full at start\"";
            lines.Add("cut caches", $"{Readable.Count(cuts)} times lost events hide what a CPU had cached: from there it is taken to be {taken}");
        }

        WriteOtherNames(lines, results);
        CostText.WriteHead(lines, plan.Conditions, results);
        WriteConditions(lines, plan, results);
        WriteHeadroom(lines, facts, results);
        WriteTable(terminal, results);
        CostText.WriteMeasured(terminal, forkTimes);
        MissesText.Write(terminal, results);
        foreach (CellResult result in results)
        {
            if (result.Unmet is not null)
                lines.Add("no answer", $"{result.Policy}: {result.Unmet}");
        }
    }

    // Of the kernel's own policy alone: what it leaves on the table, whoever had known what comes.
    private static void WriteHeadroom(LabelledLines lines, TraceFacts facts, ImmutableArray<CellResult> results)
    {
        string own = PolicySelection.OwnOf(facts).Policy.Descriptor.Name;
        if (results.FirstOrDefault(result => result.Policy == own && result.BoundHitRate is not null) is not { BoundHitRate: { } bound } row)
            return;
        lines.Add(
            "headroom",
            string.Create(CultureInfo.InvariantCulture, $"{100 * (bound - row.HitRate):0.0} points: {own}, this kernel's own, hits ")
            + $"{Readable.Share(row.HitRate)}; no policy that holds as many bytes on average can hit more than {Readable.Share(bound)}");
    }

    private static void WriteOtherNames(LabelledLines lines, ImmutableArray<CellResult> results)
    {
        IEnumerable<CellResult> renamed = results.Where(result => result.AskedFor.Length > 0 && result.AskedFor != result.Policy);
        foreach (CellResult result in renamed.DistinctBy(result => result.AskedFor))
            lines.Add("asked for", $"{result.AskedFor}, which is {result.Policy} here");
    }

    // Only what somebody asked for, or what the machine is known to be; the seed stands beside the costs.
    private static void WriteConditions(LabelledLines lines, ReplayPlan plan, ImmutableArray<CellResult> results)
    {
        ReplayConditions conditions = plan.Conditions;
        string topology = results.FirstOrDefault()?.Conditions.Lifecycle.Topology?.ToString() ?? "";
        if (conditions.Lifecycle.Topology is null && topology.Length > 0)
            lines.Add("topology", topology);
        foreach ((string label, string value) in ConditionText.Of(conditions with { Seed = 0 }))
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

    // All policies saw the same operations; between them they use most kinds.
    private static void WriteEvidence(LabelledLines lines, ImmutableArray<CellResult> results)
    {
        IEnumerable<OperationEvidence> uses = results.SelectMany(result => result.Grade.Uses).DistinctBy(use => use.Kind);
        foreach (OperationEvidence use in uses.OrderBy(use => use.Kind))
            lines.Add("evidence", use.ToString());
    }

    private static void WriteGrades(LabelledLines lines, ImmutableArray<CellResult> results)
    {
        IEnumerable<CellResult> answered = results.Where(result => result.Unmet is null);
        foreach (IGrouping<GradeLevel, CellResult> level in answered.GroupBy(result => result.Grade.Level).OrderBy(group => group.Key))
            lines.Add("grade", $"{level.Key}: {GradeLevels.Describe(level.Key)} ({level.Count()} of {results.Length} policies)");
    }

    private static void WriteTable(Terminal terminal, ImmutableArray<CellResult> results)
    {
        TextTable table = new();
        table.AddColumn("Policy");
        table.AddColumn("Parameters");
        table.AddColumn("Grade");
        string[] numbers =
        [
            "Forks", "Hits", "Misses", "Hit rate", "Cost mean", .. HasIntervals(results) ? ["Interval"] : Array.Empty<string>(),
            "p50", "p99", "To pages", "Create+join", "Cached peak", "RCU peak",
        ];
        foreach (string title in numbers)
            table.AddColumn(title, isNumber: true);
        foreach (CellResult result in results)
            table.AddRow([result.Policy, Parameters(result), .. Figures(result, numbers.Length + 1, HasIntervals(results))]);
        table.Write(terminal);
    }

    // Most models have none.
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

/// <summary>How often the replay of the kernel's own policy is right: measured, if the recording holds the kernel's answer, or expected.</summary>
internal static class AgreementText
{
    public static void Write(LabelledLines lines, TraceFacts facts, ImmutableArray<CellResult> results)
    {
        if (results.FirstOrDefault(result => result.Measured is not null) is { Measured: { } measured } judged)
        {
            lines.Add(
                "agreement",
                $"measured: {judged.Policy} told {Percent(measured.Share)} of {Readable.Count(measured.Forks)} forks as this kernel did (balanced "
                + $"{Percent(measured.BalancedShare)}; always the same answer: {Percent(measured.ConstantShare)})");
            lines.Add("hit rate", $"{Percent(measured.HitRate)} by the kernel's own events, {Percent(judged.HitRate)} replayed");
        }
        else if (results.FirstOrDefault(result => result.Expected is not null) is { Expected: { } expected } own)
        {
            lines.Add(
                "agreement",
                $"expected: {own.Policy}, this kernel's own, tells {Percent(expected.Low)} to {Percent(expected.High)} of forks right from this "
                + $"evidence ({expected.Evidence}; docs/fidelity.md)");
        }
        else if (facts.HasDataLoss)
        {
            lines.Add("agreement", "none is promised, since events were lost");
        }
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");
}

/// <summary>Under which conditions a replay was made that somebody asked for: a label and a value each, none for the defaults.</summary>
internal static class ConditionText
{
    public static ImmutableArray<(string Label, string Value)> Of(ReplayConditions conditions) =>
    [
        .. ConditionDefinition.All
            .Where(condition => condition.Note is not null && !condition.IsDefault(conditions))
            .Select(condition => (condition.Name.Replace('-', ' '), condition.Note!(conditions))),
    ];
}

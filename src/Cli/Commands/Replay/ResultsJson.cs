using System.Text.Json.Serialization;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Inspection;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>The output of <c>run --json</c> and <c>replay --json</c>: the trace, one object per policy, and the curves of sweeps.</summary>
internal sealed record ResultsDocument(
    FactsDocument Trace, AnswerDocument Answer, string? Database, ExpectedAgreement? ExpectedAgreement, CostModelDocument CostModel,
    ForkTimesDocument[] Measured, ResultDocument[] Results, CurveDocument[] Curves)
{
    public static ResultsDocument Of(string? database, ReplayPlan plan, RunFindings findings)
    {
        (TraceFacts facts, ImmutableArray<CellResult> results) = (findings.Facts, findings.Results);
        bool hasSeries = plan.Conditions.WindowNs > 0;
        return new ResultsDocument(
            new FactsDocument(facts, TraceEvidence.Of(facts)),
            AnswerDocument.Of(RunAnswer.Of(findings.Own, results, findings.Curves)),
            JsonOutput.Known(database),
            results.Select(result => result.Expected).FirstOrDefault(expected => expected is not null),
            CostModelDocument.Of(plan.Conditions.Costs),
            [.. findings.ForkTimes.Select(ForkTimesDocument.Of)],
            [.. results.Select(result => new ResultDocument(result, hasSeries && result.Unmet is null))],
            [.. HitRateCurve.Of(results).Select(CurveDocument.Of)]);
    }
}

/// <summary>The answer of a run in two sentences, and the setting that they call better; null for none.</summary>
internal sealed record AnswerDocument(string Kernel, string Change, string? Better)
{
    public static AnswerDocument Of(RunAnswer answer) => new(answer.Kernel, answer.Change, answer.Best?.Name);
}

/// <summary>How long one sort of forks took in the recording.</summary>
internal sealed record ForkTimesDocument(
    string Measure, string Kind, string Outcome, long Forks, DurationFigures TimeNs, double? CopyProcessShare)
{
    public static ForkTimesDocument Of(ForkLatency sort) =>
        new(sort.Measure, sort.Kind, sort.Outcome, sort.Times.Count, DurationFigures.Of(sort.Times), sort.CopyShare);
}

/// <summary>One result: its figures, and around them the policy and the conditions. Orders put members between the figures.</summary>
internal sealed record ResultDocument : CellFigures
{
    public ResultDocument(CellResult result, bool hasSeries)
        : base(CellFigures.Of(result))
    {
        ReplayConditions conditions = result.Conditions;
        Trace = result.Trace;
        Policy = result.Policy;
        AskedFor = result.AskedFor == result.Policy ? null : JsonOutput.Known(result.AskedFor);
        Reason = result.Reason;
        PolicyVersion = result.PolicyVersion;
        EngineVersion = result.EngineVersion;
        Parameters = result.Parameters;
        ByCpu = result.ByCpu.IsEmpty ? null : [.. result.ByCpu.Select(use => new CpuDocument(use))];
        ByComm = result.ByComm.IsEmpty ? null : [.. result.ByComm.Select(use => new CommDocument(use))];
        ByCgroup = result.ByCgroup.IsEmpty ? null : [.. result.ByCgroup.Select(use => new CgroupDocument(use))];
        WindowNs = hasSeries ? result.WindowNs : null;
        Series = hasSeries ? result.Series : null;
        Grade = result.Unmet is null ? result.Grade.Level.ToString() : null;
        Evidence = result.Grade.Uses.ToDictionary(use => use.Name, use => new UseDocument(use.Observed, use.Inferred, use.Modelled));
        Cell = result.Cell;
        CostModel = conditions.Costs.Name;
        Seed = conditions.Seed;
        WarmupNs = conditions.WarmupNs;
        Start = result.StartsFull ? "full" : "empty";
        RcuModel = conditions.Lifecycle.Rcu.ToString();
        Pins = conditions.Lifecycle.Pins?.ToString();
        Topology = JsonOutput.Known(conditions.Lifecycle.Topology?.ToString());
        NodeMemory = conditions.NodeMemory.ToString().ToLowerInvariant();
        VfreeDelayNs = conditions.VfreeDelayNs;
        Unmet = result.Unmet;
    }

    [JsonPropertyOrder(-1)]
    public string Trace { get; }

    [JsonPropertyOrder(-1)]
    public string Policy { get; }

    [JsonPropertyOrder(-1)]
    public string? AskedFor { get; }

    [JsonPropertyOrder(-1)]
    public string? Reason { get; }

    [JsonPropertyOrder(-1)]
    public int PolicyVersion { get; }

    [JsonPropertyOrder(-1)]
    public int EngineVersion { get; }

    [JsonPropertyOrder(-1)]
    public ImmutableSortedDictionary<string, long> Parameters { get; }

    [JsonPropertyOrder(1)]
    public CpuDocument[]? ByCpu { get; }

    [JsonPropertyOrder(1)]
    public CommDocument[]? ByComm { get; }

    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CgroupDocument[]? ByCgroup { get; }

    [JsonPropertyOrder(1)]
    public long? WindowNs { get; }

    [JsonPropertyOrder(1)]
    public IReadOnlyList<SeriesPoint>? Series { get; }

    [JsonPropertyOrder(3)]
    public string? Grade { get; }

    [JsonPropertyOrder(5)]
    public Dictionary<string, UseDocument> Evidence { get; }

    [JsonPropertyOrder(5)]
    public string Cell { get; }

    [JsonPropertyOrder(5)]
    public string CostModel { get; }

    [JsonPropertyOrder(5)]
    public ulong Seed { get; }

    [JsonPropertyOrder(5)]
    public long WarmupNs { get; }

    [JsonPropertyOrder(5)]
    public string Start { get; }

    [JsonPropertyOrder(5)]
    public string RcuModel { get; }

    [JsonPropertyOrder(5)]
    public string? Pins { get; }

    [JsonPropertyOrder(5)]
    public string? Topology { get; }

    [JsonPropertyOrder(5)]
    public string NodeMemory { get; }

    [JsonPropertyOrder(5)]
    public long VfreeDelayNs { get; }

    [JsonPropertyOrder(5)]
    public string? Unmet { get; }
}

internal sealed record CpuDocument(int Cpu, long Allocations, long Hits, CauseFigures MissesByCause)
{
    public CpuDocument(CpuUse use)
        : this(use.Cpu, use.Allocations, use.Hits, CauseFigures.Of(use.Misses))
    {
    }
}

internal sealed record CommDocument(string? Comm, long Allocations, long Hits, CauseFigures MissesByCause)
{
    public CommDocument(CommUse use)
        : this(JsonOutput.Known(use.Comm), use.Allocations, use.Hits, CauseFigures.Of(use.Misses))
    {
    }
}

internal sealed record CgroupDocument(string? Cgroup, long Allocations, long Hits, CauseFigures MissesByCause)
{
    public CgroupDocument(CgroupUse use)
        : this(JsonOutput.Known(use.Cgroup), use.Allocations, use.Hits, CauseFigures.Of(use.Misses))
    {
    }
}

internal sealed record UseDocument(long Observed, long Inferred, long Modelled);

/// <summary>Hits against capacity for a policy that was swept, with the knee.</summary>
internal sealed record CurveDocument(string Trace, string Policy, long? Knee, PointDocument[] Points)
{
    public static CurveDocument Of(HitRateCurve curve) =>
        new(curve.Trace, curve.Policy, curve.Knee?.Capacity, [.. curve.Points.Select(PointDocument.Of)]);
}

internal sealed record PointDocument(
    long Capacity, long Hits, double HitRate, double HitsGained, double CachedMeanBytes, long CachedPeakBytes)
{
    public static PointDocument Of(CurvePoint point) =>
        new(point.Capacity, point.Hits, point.HitRate, point.HitsGained, point.CachedMeanBytes, point.CachedPeakBytes);
}

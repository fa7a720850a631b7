using System.Text.Json.Serialization;
using ForkTrace.Analytics.Fleet;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Inspection;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay.Policies;

namespace ForkTrace.Cli.Rendering;

/// <summary>A trace in JSON: its facts, and what they show about stacks.</summary>
internal record FactsDocument
{
    // Always present in by_kind, so that a reader need not check for them.
    private static readonly ImmutableArray<EventKind> s_alwaysShown =
    [
        EventKind.NewTask, EventKind.Fork, EventKind.Exec, EventKind.Exit, EventKind.Free, EventKind.DeathSwitch, EventKind.Switch,
        EventKind.TaskAlloc, EventKind.Wait, EventKind.Rename,
    ];

    public FactsDocument(TraceFacts facts, TraceEvidence evidence)
    {
        Trace = facts.Trace;
        Digest = facts.Digest;
        SizeBytes = facts.SizeBytes;
        Format = facts.Format;
        Kernel = JsonOutput.Known(facts.Kernel);
        Machine = JsonOutput.Known(facts.Machine);
        Host = JsonOutput.Known(ResultsFolder.HostOf(facts, null));
        RecordedKernel = KernelTable.Of(facts);
        KernelFacts = facts.KernelFacts == KernelFacts.Unknown ? null : facts.KernelFacts;
        Cpus = facts.Cpus;
        Clock = JsonOutput.Known(facts.Clock);
        ClockUnit = facts.ClockUnit;
        Recorder = JsonOutput.Known(facts.Recorder);
        Time = new TimeDocument(facts.FirstNs, facts.LastNs, facts.LastNs - facts.FirstNs, facts.WallClockOffsetNs);
        Filter = facts.Filter.Length == 0 ? null : new FilterDocument(facts.Filter, facts.EventsCut, facts.TasksCut);
        Tasks = facts.Tasks;
        Events = new EventsDocument(facts.EventsTotal, facts.EventsStored, ByKind(facts), facts.EventsSkipped);
        Lost = facts.Lost;
        Losses = [.. facts.Losses.Select(LossDocument.Of)];
        Issues = [.. facts.Issues.Select(issue => new IssueDocument(SeverityNames.Of(issue.Severity), issue.Code, issue.Message, issue.Count))];
        Evidence = EvidenceDocument.Of(evidence);
    }

    public string Trace { get; }

    public string Digest { get; }

    public long SizeBytes { get; }

    public string Format { get; }

    public string? Kernel { get; }

    public string? Machine { get; }

    public string? Host { get; }

    public RecordedKernel RecordedKernel { get; }

    public KernelFacts? KernelFacts { get; }

    public int Cpus { get; }

    public string? Clock { get; }

    public string ClockUnit { get; }

    public string? Recorder { get; }

    public TimeDocument Time { get; }

    public FilterDocument? Filter { get; }

    public int Tasks { get; }

    public EventsDocument Events { get; }

    public long Lost { get; }

    public LossDocument[] Losses { get; }

    public IssueDocument[] Issues { get; }

    public EvidenceDocument Evidence { get; }

    private static Dictionary<string, long> ByKind(TraceFacts facts) => EventKinds.All
        .Where(kind => facts.CountOf(kind) > 0 || s_alwaysShown.Contains(kind))
        .ToDictionary(EventKinds.Name, facts.CountOf);
}

internal sealed record TimeDocument(long FirstNs, long LastNs, long DurationNs, long? WallClockOffsetNs);

internal sealed record FilterDocument(string Conditions, long EventsCut, int TasksCut);

internal sealed record EventsDocument(
    long Total, long Stored, Dictionary<string, long> ByKind, ImmutableSortedDictionary<string, long> Skipped);

internal sealed record LossDocument(int? Cpu, long? FromNs, long? ToNs, long? Events)
{
    public static LossDocument Of(LossInterval loss) => new(
        loss.Cpu < 0 ? null : loss.Cpu,
        loss.FromNs == long.MinValue ? null : loss.FromNs,
        loss.ToNs == long.MaxValue ? null : loss.ToNs,
        loss.Events < 0 ? null : loss.Events);
}

internal sealed record IssueDocument(string Severity, string Code, string Message, long Count);

/// <summary>The events that show a trace's stack operations, and what is missing.</summary>
internal sealed record EvidenceDocument(
    SourceDocument Allocate, SourceDocument Release, SourceDocument StackCallback, SourceDocument TaskFree, MissingDocument[] Missing,
    string[] GroundTruth)
{
    public static EvidenceDocument Of(TraceEvidence evidence)
    {
        Dictionary<StackOperationKind, SourceDocument> sources = evidence.Operations.ToDictionary(
            source => source.Operation,
            source => new SourceDocument(EvidenceNames.Of(source.Evidence), JsonOutput.Known(source.Event), source.Explanation));
        return new EvidenceDocument(
            sources[StackOperationKind.Allocate],
            sources[StackOperationKind.Release],
            sources[StackOperationKind.StackCallback],
            sources[StackOperationKind.TaskFree],
            [.. evidence.Missing.Select(missing => new MissingDocument(missing.Event, missing.Gain, missing.IsGroundTruth))],
            [.. evidence.GroundTruth.Select(EventKinds.Name)]);
    }
}

internal sealed record SourceDocument(string KnownAs, string? Event, string Explanation);

internal sealed record MissingDocument(string Event, string Gain, bool GroundTruth);

/// <summary>The output of <c>ingest --json</c>, <c>export --json</c> and <c>synth --json</c>.</summary>
internal sealed record IngestDocument : FactsDocument
{
    public IngestDocument(TraceFacts facts, TraceEvidence evidence, string output)
        : base(facts, evidence) => Output = output;

    [JsonPropertyOrder(1)]
    public string Output { get; }
}

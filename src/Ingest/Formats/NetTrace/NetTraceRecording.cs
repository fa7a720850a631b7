using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ForkTrace.Events;
using ForkTrace.Ingest.Columns;
using ForkTrace.Ingest.Merge;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>What has been read of a trace so far: filled by the reader, made into a trace at the end.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The streams are handed to the decoded trace, or disposed of when it is made.")]
internal sealed class NetTraceRecording(NetTraceHeader header, ImmutableArray<NetTraceEvent> events, bool keepAll)
{
    private readonly List<LossInterval> _losses = [];

    public NetTraceHeader Header { get; } = header;

    public ImmutableArray<NetTraceEvent> Events { get; } = events;

    public TracepointDecoder Decoder { get; } = new([.. events.Select(one => one.Format)], FunctionNames.None, swap: false, keepAll);

    public EventTally Tally { get; } = new();

    /// <summary>Rows of the kernel's tracepoints.</summary>
    public CpuStreams Tracepoints { get; } = new();

    /// <summary>Rows of process starts and ends, used where there are no tracepoints.</summary>
    public CpuStreams Processes { get; } = new();

    /// <summary>Blocks and events that are not what they can be.</summary>
    public long Damaged { get; set; }

    public bool IsCut { get; set; }

    public void AddLoss(long fromNs, long toNs, long events) => _losses.Add(new LossInterval(-1, fromNs, Math.Max(fromNs, toNs), events));

    public DecodedTrace ToTrace()
    {
        bool hasTracepoints = Tracepoints.All.Any(stream => EventKinds.All.Any(kind => stream.CountsByKind[(int)kind] > 0));
        if (!hasTracepoints && Processes.All.Count == 0 && !IsCut && Damaged == 0)
        {
            Reject.Unsupported(
                "the nettrace holds neither kernel tracepoints nor process events; record with 'dotnet-trace collect-linux --perf-events"
                + " sched:sched_process_fork,sched:sched_process_exit,sched:sched_process_free,sched:sched_switch,task:task_newtask'");
        }

        (hasTracepoints ? Processes : Tracepoints).Dispose();
        return new DecodedTrace
        {
            Streams = (hasTracepoints ? Tracepoints : Processes).All,
            Skipped = EventTallies.Skipped(Decoder, [Tally]),
            Facts = new TraceFacts
            {
                Format = "nettrace",
                Clock = "nettrace",
                Cpus = Header.Cpus,
                WallClockOffsetNs = Header.WallClockOffsetNs,
                Lost = _losses.Sum(loss => loss.Events),
                Losses = [.. _losses],
                Issues = [.. Issues(hasTracepoints), .. EventTallies.Issues(Decoder, [Tally])],
            },
        };
    }

    private IEnumerable<ImportIssue> Issues(bool hasTracepoints)
    {
        if (_losses.Count > 0)
            yield return Loss("lost_events", $"The recorder dropped events, in {_losses.Count} places.", _losses.Sum(loss => loss.Events));
        if (Damaged > 0)
            yield return Loss("damaged_records", "Blocks or events are damaged; what is left of them was skipped.", Damaged);
        if (IsCut)
            yield return Loss("truncated", "The trace ends before its last block.", 1);
        if (!hasTracepoints)
        {
            const string Message = "No tracepoints were recorded: processes are seen, not their threads nor releases of stacks.";
            yield return new ImportIssue(IssueSeverity.Warning, "processes_only", Message, 1);
        }
    }

    private static ImportIssue Loss(string code, string message, long count) => new(IssueSeverity.DataLoss, code, message, count);
}

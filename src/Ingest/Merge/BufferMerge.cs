using System.Diagnostics.CodeAnalysis;

namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Merges the streams of one CPU from several buffers (the top-level one and instances, or those of a recorder's data sources) by time. An
/// event that was recorded in several buffers is kept once.
/// <para>
/// The kernel writes an event to one buffer after the other. Between these writes, interrupts and softirqs can write their own events, and
/// a hypervisor can take the CPU away for milliseconds (2.6 ms was observed). But there is no other event of the same kind and thread.
/// </para>
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The stream is handed to the caller, who disposes of it.")]
internal sealed class BufferMerge : IRunSink
{
    private const long SameEventNs = 50_000_000;

    private readonly RawEventStream _target;
    private readonly long[] _repeated = new long[EventKinds.TableLength];
    private readonly Dictionary<RawEventStream, ulong> _bitOf = [];

    // By kind and thread: the last event that was kept, and the buffers that had it. With more than 64 buffers, some share a bit, and an
    // event may be kept twice.
    private readonly Dictionary<(EventKind Kind, int Tid), (RawEvent Event, ulong Buffers)> _kept = [];

    private BufferMerge(IReadOnlyList<RawEventStream> streams)
    {
        _target = new RawEventStream(streams[0].Cpu);
        foreach (RawEventStream stream in streams)
            _bitOf[stream] = 1UL << _bitOf.Count;
    }

    /// <summary>
    /// Merges streams of one CPU, given in order of buffer, and frees their rows. Adds to <paramref name="issues"/> if there were
    /// duplicates.
    /// </summary>
    public static RawEventStream Merge(IReadOnlyList<RawEventStream> streams, IssueList issues)
    {
        BufferMerge merge = new(streams);
        TraceAssembler.TellSteps(streams, issues);
        new StreamMerge(streams.Select(stream => new RowRange(stream))).ForEachRun(merge);
        merge.SetCounts(streams);
        string message = $"Events of CPU {merge._target.Cpu} were recorded in several buffers; each was kept once.";
        issues.Tell("recorded_twice", merge._repeated.Sum(), message);
        return merge._target;
    }

    void IRunSink.Add(RawEventStream stream, ReadOnlySpan<RawEvent> run)
    {
        ulong buffer = _bitOf[stream];
        foreach (ref readonly RawEvent source in run)
        {
            RawEvent row = source;
            row.Comm = row.Comm == 0 ? 0 : _target.Comms.InternFrom(stream.Comms, row.Comm);
            if (row.Kind == EventKind.Cgroup)
                row.Value = _target.Cgroups.Intern(stream.Cgroups[(int)row.Value]);
            ref (RawEvent Event, ulong Buffers) kept =
                ref CollectionsMarshal.GetValueRefOrAddDefault(_kept, (row.Kind, row.Tid), out bool isKnown);
            if (isKnown && (kept.Buffers & buffer) == 0 && IsSame(in row, in kept.Event))
            {
                kept.Buffers |= buffer;
                _repeated[(int)row.Kind]++;
                continue;
            }

            _target.Add(in row);
            kept = (row, buffer);
        }
    }

    private static bool IsSame(in RawEvent row, in RawEvent kept) =>
        row.OtherTid == kept.OtherTid && row.Value == kept.Value && row.Comm == kept.Comm && row.TimeNs - kept.TimeNs <= SameEventNs;

    private void SetCounts(IReadOnlyList<RawEventStream> streams)
    {
        Span<long> counts = _target.CountsByKind;
        for (int kind = 0; kind < counts.Length; kind++)
            counts[kind] = streams.Sum(stream => stream.CountsByKind[kind]) - _repeated[kind];
    }
}

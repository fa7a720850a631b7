using System.Diagnostics.CodeAnalysis;
using ForkTrace.Events;
using ForkTrace.Ingest.Assembly;
using ForkTrace.Ingest.Columns;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>
/// Makes one stream of the streams that several buffers (the top-level one and instances) hold for one CPU, in order of time. An event
/// that was recorded in several buffers is kept once.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The stream is handed to the caller, who disposes of it.")]
internal sealed class BufferMerge : IRunSink
{
    // The kernel writes one event to all buffers in one go; only an interrupt can come between.
    private const long SameEventNs = 100_000;

    private readonly RawEventStream _target;
    private readonly long[] _repeated = new long[EventKinds.TableLength];
    private RawEventStream? _lastStream;
    private RawEvent _last;

    private BufferMerge(int cpu) => _target = new RawEventStream(cpu);

    /// <summary>
    /// Merges streams of one CPU, in order of buffer, and frees their rows; what there is to say goes to <paramref name="issues"/>.
    /// </summary>
    public static RawEventStream Merge(IReadOnlyList<RawEventStream> streams, List<ImportIssue> issues)
    {
        BufferMerge merge = new(streams[0].Cpu);
        foreach (RawEventStream stream in streams)
        {
            if (stream.Inversions == 0)
                continue;
            issues.Add(new ImportIssue(
                IssueSeverity.Warning,
                "clock_backwards",
                $"Times of CPU {stream.Cpu} step backwards; its events were sorted by time.",
                stream.Inversions));
            stream.SortByTime();
        }

        new StreamMerge(streams).ForEachRun(merge);
        merge.SetCounts(streams);
        if (merge._repeated.Sum() is > 0 and var repeated)
        {
            issues.Add(new ImportIssue(
                IssueSeverity.Information,
                "recorded_twice",
                $"Events of CPU {merge._target.Cpu} were recorded in several buffers; each was kept once.",
                repeated));
        }

        return merge._target;
    }

    void IRunSink.Add(RawEventStream stream, ReadOnlySpan<RawEvent> run)
    {
        foreach (ref readonly RawEvent source in run)
        {
            RawEvent row = source;
            row.Comm = row.Comm == 0 ? 0 : _target.Comms.InternFrom(stream.Comms, row.Comm);
            if (_lastStream is not null && _lastStream != stream && IsSame(in row, in _last))
            {
                _repeated[(int)row.Kind]++;
                continue;
            }

            _target.Add(in row);
            _last = row;
            _lastStream = stream;
        }
    }

    private static bool IsSame(in RawEvent row, in RawEvent last) =>
        row.Kind == last.Kind && row.Tid == last.Tid && row.OtherTid == last.OtherTid && row.Value == last.Value && row.Comm == last.Comm
        && row.TimeNs - last.TimeNs <= SameEventNs;

    private void SetCounts(IReadOnlyList<RawEventStream> streams)
    {
        Span<long> counts = _target.CountsByKind;
        for (int kind = 0; kind < counts.Length; kind++)
            counts[kind] = streams.Sum(stream => stream.CountsByKind[kind]) - _repeated[kind];
    }
}

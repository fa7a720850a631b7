using ForkTrace.Events;
using ForkTrace.Ingest.Columns;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// Reads the records of tasks that come, go and are named, as long as no tracepoint of the recording tells the same:
/// <code>
/// FORK, EXIT  8 u32 pid  12 u32 parent's pid  16 u32 tid  20 u32 parent's tid  24 u64 time   trailer
/// COMM        8 u32 pid  12 u32 tid           16 comm NUL, padded to 8                       trailer
/// </code>
/// </summary>
internal sealed class TaskRecordReader(AttributeTable attributes, RecordCounts counts)
{
    private const int TidOfCommAt = 12, CommAt = 16, TidAt = 16, ParentTidAt = 20, TimeAt = 24, ForkEnd = 32;

    private TracepointDecoder? _decidedFor;
    private int _decidedOf = -1;

    public TaskRecords Records { get; } = new();

    /// <summary>True if no event of the recording tells of forks, as far as its events are described yet.</summary>
    public bool WantsForks { get; private set; } = true;

    /// <summary>True if no event of the recording tells of exits.</summary>
    public bool WantsExits { get; private set; } = true;

    /// <summary>Reads one record; its size is at least the header's.</summary>
    public void Read<TOrder>(uint type, ReadOnlySpan<byte> record, TracepointDecoder? decoder)
        where TOrder : struct, IByteOrder
    {
        Decide(decoder);
        if (!WantsForks && !WantsExits)
            return;
        int bodyEnd = type == RecordType.Comm ? CommAt : ForkEnd;
        if (record.Length < bodyEnd)
        {
            counts.DamagedRecords++;
            return;
        }

        ulong? id = IdOf<TOrder>(record, bodyEnd);
        PerfAttribute? attribute = (id is { } known ? attributes.Of(known) : null) ?? attributes.First;

        // Each event opened with task records gets them all: those of the first are enough.
        if (attribute is { HasTaskRecords: true } && attribute != attributes.OfTaskRecords)
            return;
        SampleLayout? trailer = attribute is { HasSampleIdAll: true } ? attribute.Layout : null;
        ulong bodyNs = type == RecordType.Comm ? 0 : TOrder.UInt64(record, TimeAt);
        ulong timeNs = trailer?.FromTrailer<TOrder>(SampleBits.Time, record, bodyEnd) ?? bodyNs;
        if (timeNs > long.MaxValue)
        {
            counts.DamagedRecords++;
            return;
        }

        if (type == RecordType.Comm)
        {
            Records.AddName((long)timeNs, (int)TOrder.UInt32(record, TidOfCommAt), record[CommAt..]);
            return;
        }

        // What perf makes up at its start has no time in its body, whatever the trailer says.
        int cpu = CpuOf(trailer?.FromTrailer<TOrder>(SampleBits.Cpu, record, bodyEnd), id);
        int tid = (int)TOrder.UInt32(record, TidAt), parentTid = (int)TOrder.UInt32(record, ParentTidAt);
        Records.Add(type, bodyNs == 0 ? 0 : (long)timeNs, cpu, tid, parentTid);
    }

    /// <summary>Decides by the events and their formats what the records are needed for.</summary>
    public void Decide(TracepointDecoder? decoder)
    {
        if (_decidedOf == attributes.All.Count && _decidedFor == decoder)
            return;
        (_decidedOf, _decidedFor) = (attributes.All.Count, decoder);
        EventKind[] kinds = [.. attributes.All.Where(one => one.IsTracepoint).Select(one => KindOf(one, decoder))];
        WantsForks = !kinds.Any(kind => kind is EventKind.NewTask or EventKind.Fork);
        WantsExits = !kinds.Contains(EventKind.Exit);
        if (!WantsForks && !WantsExits)
            Records.Clear();
    }

    private static EventKind KindOf(PerfAttribute attribute, TracepointDecoder? decoder) =>
        attribute.Config <= ushort.MaxValue ? decoder?.Plan((int)attribute.Config)?.Kind ?? EventKind.None : EventKind.None;

    private ulong? IdOf<TOrder>(ReadOnlySpan<byte> record, int bodyEnd)
        where TOrder : struct, IByteOrder
    {
        SampleLayout? trailer = attributes.First is { HasSampleIdAll: true } first ? first.Layout : null;
        return trailer?.FromTrailer<TOrder>(SampleBits.Identifier, record, bodyEnd)
            ?? trailer?.FromTrailer<TOrder>(SampleBits.Id, record, bodyEnd);
    }

    // An event opened for a task on one CPU says by its id which CPU that is.
    private int CpuOf(ulong? cpu, ulong? id)
    {
        if (cpu is < CpuStreams.CpusMax)
            return (int)cpu;
        return cpu is null && id is { } known ? attributes.CpuOf(known) : -1;
    }
}

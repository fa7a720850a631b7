using System.Numerics;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// The places of fields in the samples of one sample_type, and in the trailer that ends other records (perf_event.h,
/// PERF_RECORD_SAMPLE; kernel/events/core.c, perf_output_sample). A sample has the fields whose bits are set, in this order:
/// <code>
///  8: IDENTIFIER IP TID TIME ADDR ID STREAM_ID CPU PERIOD   8 bytes each
///     READ         by read_format: [count enabled running {value id lost} x count] or [value enabled running id lost]
///     CALLCHAIN    u64 count, count x 8 bytes
///     RAW          u32 size, size bytes: the tracepoint's record
///     ...          branches, registers, stack and so on: not needed
///     CGROUP DATA_PAGE_SIZE CODE_PAGE_SIZE   8 bytes each, at the end unless AUX follows
/// </code>
/// The trailer has TID TIME ID STREAM_ID CPU IDENTIFIER, and ends with the record.
/// </summary>
internal sealed class SampleLayout
{
    private const int HeaderBytes = 8;

    private static readonly SampleBits[] s_words =
    [
        SampleBits.Identifier, SampleBits.Ip, SampleBits.Tid, SampleBits.Time, SampleBits.Address, SampleBits.Id, SampleBits.StreamId,
        SampleBits.Cpu, SampleBits.Period,
    ];

    private static readonly SampleBits[] s_trailerFromEnd =
        [SampleBits.Identifier, SampleBits.Cpu, SampleBits.StreamId, SampleBits.Id, SampleBits.Time, SampleBits.Tid];

    private readonly SampleBits _bits;
    private readonly ReadBits _readBits;
    private readonly int _wordsEnd;

    public SampleLayout(SampleBits bits, ReadBits readBits, bool isTracepoint)
    {
        _bits = bits;
        _readBits = readBits;
        HasRecord = isTracepoint && Has(SampleBits.Raw);
        TimeAt = WordAt(SampleBits.Time);
        CpuAt = WordAt(SampleBits.Cpu);
        IdAt = Has(SampleBits.Identifier) ? HeaderBytes : WordAt(SampleBits.Id);
        _wordsEnd = WordsEnd(SampleBits.None);
        bool isFixed = !Has(SampleBits.CallChain) && !(Has(SampleBits.Read) && readBits.HasFlag(ReadBits.Group));
        RawAt = isFixed ? _wordsEnd + (Has(SampleBits.Read) ? 8 * (1 + BitOperations.PopCount((ulong)readBits & 0b10111)) : 0) : -1;
        BytesMin = Math.Max(RawAt, _wordsEnd) + 4;
        CgroupFromEnd = Has(SampleBits.Cgroup) && !Has(SampleBits.Aux)
            ? 8 * (1 + BitOperations.PopCount((ulong)(bits & (SampleBits.DataPageSize | SampleBits.CodePageSize))))
            : 0;
    }

    /// <summary>True if the samples contain a tracepoint's record.</summary>
    public bool HasRecord { get; }

    /// <summary>Offset of the time in the record; -1 if there is none.</summary>
    public int TimeAt { get; }

    /// <summary>Offset of the CPU in the record; -1 if there is none.</summary>
    public int CpuAt { get; }

    /// <summary>Offset of the event's id in the record; -1 if there is none.</summary>
    public int IdAt { get; }

    /// <summary>Offset of the raw data's size; -1 if it differs from sample to sample.</summary>
    public int RawAt { get; }

    /// <summary>Minimum length of a sample with raw data, in bytes.</summary>
    public int BytesMin { get; }

    /// <summary>Distance from a sample's end to the id of its task's cgroup (u64); 0 if it has none, or if the distance varies.</summary>
    public int CgroupFromEnd { get; }

    /// <summary>True if samples of both layouts have the same fields up to the raw data, and are used in the same way.</summary>
    public bool IsLike(SampleLayout other) =>
        HasRecord == other.HasRecord && _wordsEnd == other._wordsEnd && TimeAt == other.TimeAt && CpuAt == other.CpuAt
        && IdAt == other.IdAt && CgroupFromEnd == other.CgroupFromEnd && RawAt == other.RawAt && (RawAt >= 0 || (_readBits == other._readBits
        && ((_bits ^ other._bits) & (SampleBits.Read | SampleBits.CallChain)) == 0));

    /// <summary>Offset of the raw data's size in a sample, if it varies; -1 if the sample is damaged.</summary>
    public int FindRaw<TOrder>(ReadOnlySpan<byte> sample)
        where TOrder : struct, IByteOrder
    {
        int at = _wordsEnd;
        if (Has(SampleBits.Read))
            at = AfterRead<TOrder>(sample, at);
        if (Has(SampleBits.CallChain))
            at = AfterCounted<TOrder>(sample, at, 0, 8);
        return at < 0 || at + 4 > sample.Length ? -1 : at;
    }

    /// <summary>The trailer's field of that kind, as 8 bytes; null if the trailer lacks it or the record is too short.</summary>
    public ulong? FromTrailer<TOrder>(SampleBits bit, ReadOnlySpan<byte> record, int bodyEnd)
        where TOrder : struct, IByteOrder
    {
        int at = record.Length;
        foreach (SampleBits word in s_trailerFromEnd)
        {
            if (!Has(word))
                continue;
            at -= 8;
            if (at < bodyEnd)
                return null;
            if (word == bit)
                return bit == SampleBits.Cpu ? TOrder.UInt32(record, at) : TOrder.UInt64(record, at);
        }

        return null;
    }

    private bool Has(SampleBits bit) => (_bits & bit) != 0;

    private int WordAt(SampleBits bit) => Has(bit) ? WordsEnd(bit) : -1;

    // Where the words before one end, or all words.
    private int WordsEnd(SampleBits before)
    {
        int end = HeaderBytes;
        for (int index = 0; index < s_words.Length && s_words[index] != before; index++)
            end += Has(s_words[index]) ? 8 : 0;
        return end;
    }

    private int AfterRead<TOrder>(ReadOnlySpan<byte> sample, int at)
        where TOrder : struct, IByteOrder
    {
        int times = 8 * BitOperations.PopCount((ulong)(_readBits & (ReadBits.TotalTimeEnabled | ReadBits.TotalTimeRunning)));
        int value = 8 * (1 + BitOperations.PopCount((ulong)(_readBits & (ReadBits.Id | ReadBits.Lost))));
        if (_readBits.HasFlag(ReadBits.Group))
            return AfterCounted<TOrder>(sample, at, times, value);
        return at + times + value;
    }

    // Skips a count, fixed bytes, and count x bytes. Returns -1 if that is outside the sample.
    private static int AfterCounted<TOrder>(ReadOnlySpan<byte> sample, int at, int fixedBytes, int bytesEach)
        where TOrder : struct, IByteOrder
    {
        if (at < 0 || at + 8 > sample.Length)
            return -1;
        ulong count = TOrder.UInt64(sample, at);
        if (count > (ulong)(sample.Length / bytesEach))
            return -1;
        return at + 8 + fixedBytes + ((int)count * bytesEach);
    }
}

/// <summary>PERF_SAMPLE_*: the fields of a sample, from perf_event_attr.sample_type (include/uapi/linux/perf_event.h).</summary>
[Flags]
internal enum SampleBits : ulong
{
    None = 0,
    Ip = 1 << 0,
    Tid = 1 << 1,
    Time = 1 << 2,
    Address = 1 << 3,
    Read = 1 << 4,
    CallChain = 1 << 5,
    Id = 1 << 6,
    Cpu = 1 << 7,
    Period = 1 << 8,
    StreamId = 1 << 9,
    Raw = 1 << 10,
    Identifier = 1 << 16,
    Aux = 1 << 20,
    Cgroup = 1 << 21,
    DataPageSize = 1 << 22,
    CodePageSize = 1 << 23,
}

/// <summary>PERF_FORMAT_*: the fields of a counter reading in a sample, from perf_event_attr.read_format.</summary>
[Flags]
internal enum ReadBits : ulong
{
    None = 0,
    TotalTimeEnabled = 1 << 0,
    TotalTimeRunning = 1 << 1,
    Id = 1 << 2,
    Group = 1 << 3,
    Lost = 1 << 4,
}

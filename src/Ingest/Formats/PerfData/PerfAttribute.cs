namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// A recorded event as it was opened with perf_event_open (struct perf_event_attr). Newer kernels append fields. Fields that a shorter
/// structure lacks are 0, as in the kernel.
/// <code>
///   0 u32 type          4 u32 size          8 u64 config       16 u64 period or frequency   24 u64 sample_type
///  32 u64 read_format  40 u64 bit fields   ...                 92 s32 clockid               ...
/// </code>
/// </summary>
internal sealed class PerfAttribute
{
    /// <summary>Size of the first published structure. A size of 0 stands for it.</summary>
    public const int BytesMin = 64;

    private const uint TracepointType = 2;
    private const ulong FrequencyBit = 1UL << 10;
    private const ulong EnableOnExecBit = 1UL << 12;

    // mmap, comm, task, mmap_data, mmap2: each of them also enables FORK and EXIT (perf_event_task_match, kernel/events/core.c).
    private const ulong TaskRecordBits = (1UL << 8) | (1UL << 9) | (1UL << 13) | (1UL << 17) | (1UL << 23);
    private const ulong SampleIdAllBit = 1UL << 18;
    private const ulong UseClockBit = 1UL << 25;
    private const ulong WriteBackwardBit = 1UL << 27;

    private readonly ulong _flags;
    private readonly ulong _period;
    private readonly int _clockId;

    public PerfAttribute(ReadOnlySpan<byte> bytes, bool swap)
    {
        _flags = Flags(bytes, swap);
        _period = Number(bytes, 16, swap);
        _clockId = (int)Number(bytes, 92, swap, 4);
        Type = (uint)Number(bytes, 0, swap, 4);
        Config = Number(bytes, 8, swap);
        Layout = new SampleLayout((SampleBits)Number(bytes, 24, swap), (ReadBits)Number(bytes, 32, swap), IsTracepoint);
        Name = $"type {Type} config {Config}";
    }

    public uint Type { get; }

    /// <summary>For a tracepoint: its id. For other types, the meaning depends on the type.</summary>
    public ulong Config { get; }

    /// <summary>True if records other than samples end with a trailer of time, CPU and so on.</summary>
    public bool HasSampleIdAll => (_flags & SampleIdAllBit) != 0;

    /// <summary>True if FORK and EXIT records report tasks that started and ended while this event was open.</summary>
    public bool HasTaskRecords => (_flags & TaskRecordBits) != 0;

    /// <summary>False if only some of the events were recorded (-c, -F).</summary>
    public bool IsEveryEvent => (_flags & FrequencyBit) == 0 && _period <= 1;

    /// <summary>True if perf record was given a command and not -a: the event was opened for the command's tasks.</summary>
    public bool IsOfOneCommand => (_flags & EnableOnExecBit) != 0;

    /// <summary>True if the ring buffers kept only the latest events (--overwrite), stored with the latest first.</summary>
    public bool IsOverwritten => (_flags & WriteBackwardBit) != 0;

    /// <summary>The POSIX clock of -k; null for perf's own clock.</summary>
    public int? ClockId => (_flags & UseClockBit) != 0 ? _clockId : null;

    public SampleLayout Layout { get; }

    /// <summary>The name as given to -e, if the file contains it.</summary>
    public string Name { get; set; }

    /// <summary>Number of samples that were skipped because they are not tracepoint records.</summary>
    public long SkippedSamples { get; set; }

    public bool IsTracepoint => Type == TracepointType;

    /// <summary>The size of the attribute at the beginning of <paramref name="bytes"/>, in bytes. Rejects an impossible size.</summary>
    public static int SizeOf(ReadOnlySpan<byte> bytes, long offset, bool swap)
    {
        if (bytes.Length < BytesMin)
            Reject.Truncated("an event attribute", offset, BytesMin, bytes.Length);
        ulong size = Number(bytes, 4, swap, 4);
        if (size == 0)
            size = BytesMin;
        if (size < BytesMin || size > (ulong)bytes.Length || size % 8 != 0)
            Reject.Invalid("the size of an event attribute", offset + 4, $"{size}", $"a multiple of 8 from {BytesMin} to {bytes.Length}");
        return (int)size;
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, int at, bool swap, int size = 8) =>
        at + size > bytes.Length ? 0 : ByteCursor.Number(bytes[at..], size, swap);

    // C bit fields begin at the lowest bit of the first byte on little-endian machines and at the highest on big-endian ones, so
    // the bits of each byte are reversed, and the bytes are not.
    private static ulong Flags(ReadOnlySpan<byte> bytes, bool swap)
    {
        ulong flags = Number(bytes, 40, swap: false);
        if (!swap)
            return flags;
        flags = ((flags >> 1) & 0x5555555555555555) | ((flags & 0x5555555555555555) << 1);
        flags = ((flags >> 2) & 0x3333333333333333) | ((flags & 0x3333333333333333) << 2);
        return ((flags >> 4) & 0x0F0F0F0F0F0F0F0F) | ((flags & 0x0F0F0F0F0F0F0F0F) << 4);
    }
}

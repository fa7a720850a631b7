using System.Buffers.Text;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>The facts in the options that both versions have.</summary>
internal sealed class TraceDatOptions
{
    /// <summary>The rows of a trace have 16 bits for a CPU.</summary>
    public const uint CpusMax = ushort.MaxValue;

    private readonly SortedDictionary<int, long> _lostByCpu = [];
    private ImmutableArray<CpuTimeShift> _timeShifts = [];

    /// <summary>Unix time of trace clock 0 in nanoseconds, if the recorder measured it (<c>trace-cmd record --date</c>).</summary>
    public long? WallClockOffsetNs { get; private set; }

    /// <summary>Nanoseconds that the user asked to add to all times (<c>--ts-offset</c>).</summary>
    public long OffsetNs { get; private set; }

    /// <summary>Name of the current trace clock; empty if unknown.</summary>
    public string Clock { get; private set; } = "";

    /// <summary>True if there was a clock option, whether or not it named the clock.</summary>
    public bool HasClock { get; private set; }

    public string Kernel { get; private set; } = "";
    public string Machine { get; private set; } = "";

    public string Host { get; private set; } = "";

    /// <summary>Number of CPUs of the traced machine; 0 if unknown.</summary>
    public int Cpus { get; private set; }

    public CyclesToNs Cycles { get; private set; }

    /// <summary>The recording's own id; 0 if unknown.</summary>
    public ulong TraceId { get; private set; }

    /// <summary>For a guest's recording with times on its host's clock: the id of the host's recording. Else 0.</summary>
    public ulong HostTraceId { get; private set; }

    /// <summary>Number of options that were skipped because their ids are unknown.</summary>
    public long Unknown { get; private set; }

    /// <summary>Lost events by CPU, according to the kernel: overwritten, not committed or dropped.</summary>
    public IReadOnlyDictionary<int, long> LostByCpu => _lostByCpu;

    /// <summary>The conversion of a guest CPU's times to its host's clock; null for no conversion.</summary>
    public CpuTimeShift? TimeShift(int cpu) => cpu < _timeShifts.Length ? _timeShifts[cpu] : null;

    /// <summary>Reads one option. Skips options that do not matter for events or their times.</summary>
    public void Read(TraceDatOptionId id, ref ByteCursor data)
    {
        switch (id)
        {
            case TraceDatOptionId.Date:
                WallClockOffsetNs = unchecked(ReadNumber(ref data) * 1000);
                break;
            case TraceDatOptionId.Offset:
                OffsetNs = unchecked(OffsetNs + ReadNumber(ref data));
                break;
            case TraceDatOptionId.CpuStat:
                ReadStatistics(ReadText(ref data));
                break;
            case TraceDatOptionId.TraceClock:
                HasClock = true;
                ReadClock(ReadText(ref data));
                break;
            case TraceDatOptionId.Uname:
                ReadUname(ReadText(ref data));
                break;
            case TraceDatOptionId.CpuCount:
                Cpus = (int)data.ReadUInt32("the number of CPUs", CpusMax);
                break;
            case TraceDatOptionId.TimeShift:
                _timeShifts = TimeShiftOption.Read(ref data, out ulong hostTraceId);
                HostTraceId = hostTraceId;
                break;
            case TraceDatOptionId.TraceId:
                TraceId = data.ReadUInt64("option TRACEID");
                break;
            case TraceDatOptionId.Tsc2Nsec:
                uint mult = data.ReadUInt32("the multiplier of option TSC2NSEC");
                Cycles = new CyclesToNs(mult, (int)data.ReadUInt32("the shift of option TSC2NSEC", CyclesToNs.ShiftMax));
                break;
            default:
                if (id > TraceDatOptionId.Modules)
                    Unknown++;
                break;
        }
    }

    /// <summary>Reads the text of trace_clock in tracefs, where brackets mark the current clock.</summary>
    public void ReadClock(string text)
    {
        int open = text.IndexOf('[', StringComparison.Ordinal);
        int close = open < 0 ? -1 : text.IndexOf(']', open);
        if (close > open + 1)
            Clock = text[(open + 1)..close];
    }

    // "Linux host 6.1.0-53-amd64 x86_64": no part has a space.
    private void ReadUname(string text)
    {
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Host = parts.Length > 1 ? parts[1] : "";
        Kernel = parts.Length > 2 ? parts[2] : "";
        Machine = parts.Length > 3 ? parts[3] : "";
    }

    // The text of per_cpu/cpuN/stats in tracefs, after a line "CPU: N": overrun (overwritten before they were read), commit overrun and
    // dropped events. Skips other lines, and numbers that cannot be read.
    private void ReadStatistics(string text)
    {
        int cpu = -1;
        foreach (ReadOnlySpan<char> line in new TextPieces(text, '\n'))
        {
            int colon = line.IndexOf(':');
            ReadOnlySpan<char> digits = line[(colon + 1)..];
            if (colon < 0 || !long.TryParse(digits, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out long number))
                continue;
            switch (line[..colon].Trim())
            {
                case "CPU":
                    cpu = number <= ushort.MaxValue ? (int)number : -1;
                    break;
                case "overrun" or "commit overrun" or "dropped events" when number > 0:
                    long lost = _lostByCpu.GetValueOrDefault(cpu);
                    _lostByCpu[cpu] = lost > long.MaxValue - number ? long.MaxValue : lost + number;
                    break;
            }
        }
    }

    private static string ReadText(ref ByteCursor data) =>
        Encoding.UTF8.GetString(data.ReadBytes((ulong)data.Remaining, "an option")).TrimEnd('\0');

    // Same as strtoll with base 0: decimal, or hexadecimal after 0x. Anything else is 0.
    private static long ReadNumber(ref ByteCursor data)
    {
        ReadOnlySpan<byte> text = data.ReadBytes((ulong)data.Remaining, "an option").Trim(" \n\0"u8);
        bool isNegative = text.StartsWith("-"u8);
        if (isNegative || text.StartsWith("+"u8))
            text = text[1..];
        bool isHex = text.StartsWith("0x"u8) || text.StartsWith("0X"u8);
        if (!Utf8Parser.TryParse(isHex ? text[2..] : text, out long value, out _, isHex ? 'x' : 'D'))
            return 0;
        return isNegative ? -value : value;
    }
}

/// <summary>
/// Ids of options and, from version 7 on, of sections (trace-cmd's TRACECMD_OPTION_*) that this reader uses. <see cref="Done"/> ends a list
/// of options, and is the id of a section that contains a list. <see cref="Modules"/> is the highest known id.
/// </summary>
internal enum TraceDatOptionId : ushort
{
    Done = 0,
    Date = 1,
    CpuStat = 2,
    Buffer = 3,
    TraceClock = 4,
    Uname = 5,
    Offset = 7,
    CpuCount = 8,
    TraceId = 11,
    TimeShift = 12,
    Tsc2Nsec = 14,
    HeaderInfo = 16,
    FtraceEvents = 17,
    EventFormats = 18,
    Kallsyms = 19,
    BufferText = 22,
    Modules = 25,
}

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>How the lines of one kind of text are built. Implemented by empty structs: the reading loop is compiled for each.</summary>
internal interface ILineGrammar
{
    /// <summary>Reads what stands before the event's name; false if the line is no event line.</summary>
    static abstract bool TryReadHead(ReadOnlySpan<byte> line, out LineHead head);

    /// <summary>Splits what follows the head into the event's name (with its system, where the text has it) and body.</summary>
    static abstract bool TrySplitEvent(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> body);

    /// <summary>True for lines that belong to the event before them, such as call chains; asked before the head is read.</summary>
    static abstract bool IsContinuation(ReadOnlySpan<byte> line);
}

/// <summary>What stands before the event's name on a line.</summary>
internal struct LineHead
{
    /// <summary>Nanoseconds, or ticks of a clock that is not in nanoseconds (<see cref="LineShape.Ticks"/>).</summary>
    public long Time;

    /// <summary>The running thread; -1 where perf did not know it.</summary>
    public int Tid;

    /// <summary>CPU of the event; none with <see cref="LineShape.NoCpu"/>.</summary>
    public int Cpu;

    /// <summary>Offset in the line of what follows the time's colon.</summary>
    public int EventAt;

    public LineShape Shape;
}

/// <summary>Which optional parts the head of an event line had: names the style of a text in its facts.</summary>
[Flags]
internal enum LineShape
{
    None = 0,

    /// <summary>A (TGID) column.</summary>
    Tgid = 1,

    /// <summary>A column of irq and preemption flags.</summary>
    Flags = 2,

    /// <summary>CPU number and flags in one word: latency-format, <c>trace-cmd report -l</c>.</summary>
    FusedCpu = 4,

    /// <summary>No CPU at all.</summary>
    NoCpu = 8,

    /// <summary>Process and thread as <c>pid/tid</c>.</summary>
    PidAndTid = 16,

    /// <summary>Times with nine decimals.</summary>
    Nanoseconds = 32,

    /// <summary>Times that are bare numbers of the clock's own unit.</summary>
    Ticks = 64,

    /// <summary>Times in microseconds since the start of the trace: latency-format.</summary>
    Relative = 128,

    /// <summary>Flags of four columns: older kernels, which do not tell of migrate_disable.</summary>
    FourFlags = 256,
}

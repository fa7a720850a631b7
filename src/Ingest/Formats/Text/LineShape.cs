namespace ForkTrace.Ingest.Formats.Text;

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

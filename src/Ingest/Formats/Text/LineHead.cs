namespace ForkTrace.Ingest.Formats.Text;

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

namespace ForkTrace.Lifecycle.Stretches;

/// <summary>
/// How a long trace is cut into stretches, in rows that a replay may use. Results depend only on these numbers: not on how the trace is
/// read, nor on which part of it is in memory.
/// </summary>
/// <param name="Rows">Rows of a stretch. Its operations are final once it is built.</param>
/// <param name="Behind">Rows before a stretch that are examined again with it, because grace periods depend on what led to them.</param>
/// <param name="Ahead">Rows after a stretch that are examined with it, because they say something about the stretch.</param>
public readonly record struct StretchLengths(int Rows, int Behind, int Ahead)
{
    /// <summary>A trace with more rows is long: replaying it as a whole would take more than a gigabyte of memory.</summary>
    public const int MostRowsAtOnce = 1 << 23;

    /// <summary>
    /// Lengths for a long trace. At a million events per second, more than most machines have, the rows ahead cover an eighth of a second:
    /// several grace periods.
    /// </summary>
    public static StretchLengths Default => new(3 << 19, 1 << 16, 1 << 17);

    /// <summary>Null if stretches are cut only by rows.</summary>
    public StretchTimes? Times { get; init; }

    /// <summary>
    /// Lengths for a recording that is still being made: stretches end with intervals of its clock. One second ahead covers several grace
    /// periods. On busier machines stretches are cut by rows, with at most 2^18 rows per stretch.
    /// </summary>
    public static StretchLengths Live(long intervalNs) =>
        new(1 << 18, 1 << 16, 1 << 17) { Times = new StretchTimes(intervalNs, 2_000_000_000, 1_000_000_000) };
}

/// <summary>How a trace is cut by its clock. Lengths in rows limit memory.</summary>
/// <param name="IntervalNs">A stretch ends with the interval of its first row, counted from the trace's first row, ns.</param>
/// <param name="BehindNs">How far back rows are examined again, ns.</param>
/// <param name="AheadNs">How far rows must reach beyond a stretch before it is built, ns.</param>
public sealed record StretchTimes(long IntervalNs, long BehindNs, long AheadNs);

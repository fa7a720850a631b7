namespace ForkTrace.Lifecycle.Stretches;

/// <summary>
/// How a long trace is cut into stretches, in rows that a replay may look at. Results depend on these numbers and on nothing else: not on how
/// the trace is read, nor on what of it is in memory.
/// </summary>
/// <param name="Rows">Rows of a stretch: what happens at one of them is concluded with it.</param>
/// <param name="Behind">Rows before a stretch that are looked at again with it: grace periods are found from what led to them.</param>
/// <param name="Ahead">Rows behind a stretch that are looked at with it: what they show has consequences within it.</param>
public readonly record struct StretchLengths(int Rows, int Behind, int Ahead)
{
    /// <summary>A trace of more rows is long: replayed whole, it and what is built of it take more than a gigabyte.</summary>
    public const int MostRowsAtOnce = 1 << 23;

    /// <summary>
    /// Stretches of a long trace. At a million events a second, which is more than most machines have, an eighth of a second lies
    /// ahead: several grace periods.
    /// </summary>
    public static StretchLengths Default => new(3 << 19, 1 << 16, 1 << 17);

    /// <summary>Null if stretches are cut by rows alone.</summary>
    public StretchTimes? Times { get; init; }

    /// <summary>
    /// For a recording that is still being made: stretches end with intervals of its clock. A second ahead is several grace periods; busier
    /// machines are cut by rows, at most 2^18 in a stretch.
    /// </summary>
    public static StretchLengths Live(long intervalNs) =>
        new(1 << 18, 1 << 16, 1 << 17) { Times = new StretchTimes(intervalNs, 2_000_000_000, 1_000_000_000) };
}

/// <summary>How a trace is cut by its clock. Lengths in rows bound what is in memory.</summary>
/// <param name="IntervalNs">A stretch ends with the interval of its first row, counted from the trace's first row.</param>
/// <param name="BehindNs">How far back rows are looked at again.</param>
/// <param name="AheadNs">How far rows must reach beyond a stretch before it is concluded.</param>
public sealed record StretchTimes(long IntervalNs, long BehindNs, long AheadNs);

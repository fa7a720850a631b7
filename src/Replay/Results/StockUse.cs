namespace ForkTrace.Replay.Results;

/// <summary>Memory held in one place, in bytes of stack (guard pages hold none).</summary>
/// <param name="PeakBytes">The most at any time.</param>
/// <param name="MeanBytes">Average over the recording's time.</param>
/// <param name="EndBytes">What is there when the recording ends.</param>
public sealed record StockUse(long PeakBytes, double MeanBytes, long EndBytes);

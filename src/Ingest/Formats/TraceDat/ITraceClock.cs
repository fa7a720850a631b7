namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>From the ring buffer's time to the time column; a type argument, so that the usual clock costs an addition.</summary>
public interface ITraceClock
{
    /// <summary>Nanoseconds (or ticks, for a clock that cannot be converted) of the trace clock.</summary>
    long ToNs(ulong time);
}

using System.Runtime.CompilerServices;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>How many records of each event id one thread met; merged and named when the file has been read.</summary>
public sealed class EventTally
{
    private readonly long[] _countsById = new long[ushort.MaxValue + 1];

    /// <summary>Records too short for the fields that their format promises.</summary>
    public long Damaged { get; set; }

    public ReadOnlySpan<long> CountsById => _countsById;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountId(ushort id) => _countsById[id]++;
}

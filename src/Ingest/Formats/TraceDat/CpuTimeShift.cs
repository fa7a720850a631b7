using System.Collections.Immutable;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Brings the times of one guest CPU to its host's clock, by the samples of option TIME_SHIFT.</summary>
/// <param name="Samples">In order of time, no two of one time.</param>
/// <param name="Interpolates">True if the offset is interpolated between two samples.</param>
public sealed record CpuTimeShift(ImmutableArray<TimeShiftSample> Samples, bool Interpolates)
{
    /// <summary>The host's time; outside the samples' range the first or last pair is used.</summary>
    public ulong Convert(ulong time)
    {
        if (Samples.Length == 0)
            return time;
        if (Samples.Length == 1)
            return time + (ulong)Samples[0].Offset;
        int first = FirstOfPair(time);
        TimeShiftSample left = Samples[first];
        TimeShiftSample right = Samples[first + 1];
        long offset = Interpolates ? Interpolated(time, left, right) : left.Offset;
        return (ulong)(((UInt128)time * left.Scaling) >> left.FractionBits) + (ulong)offset;
    }

    // The last sample not after the time, but never the last of all.
    private int FirstOfPair(ulong time)
    {
        int low = 0;
        int high = Samples.Length - 2;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Samples[middle].Time <= time)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private static long Interpolated(ulong time, TimeShiftSample left, TimeShiftSample right)
    {
        Int128 span = (Int128)right.Time - left.Time;
        Int128 part = ((Int128)time - left.Time) * ((Int128)right.Offset - left.Offset);
        return (long)(left.Offset + ((part + (span / 2)) / span));
    }
}

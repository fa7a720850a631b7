namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Converts the times of one guest CPU to its host's clock, with the samples of option TIME_SHIFT.</summary>
/// <param name="Samples">In order of time; no two have the same time.</param>
/// <param name="Interpolates">True if the offset is interpolated between two samples.</param>
internal sealed record CpuTimeShift(ImmutableArray<TimeShiftSample> Samples, bool Interpolates)
{
    /// <summary>The host's time. Outside the range of the samples, the first or last pair is used.</summary>
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

    // The last sample that is not after the time, but never the last of all samples.
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

/// <summary>One measurement of a guest CPU's clock against the host's.</summary>
/// <param name="Time">Guest time of the measurement.</param>
/// <param name="Offset">Added after scaling.</param>
/// <param name="Scaling">Multiplier of the guest's time.</param>
/// <param name="FractionBits">Number of bits by which the product is shifted right.</param>
internal readonly record struct TimeShiftSample(ulong Time, long Offset, ulong Scaling, int FractionBits);

/// <summary>Option TIME_SHIFT of a guest's recording: the clock of each of its CPUs, compared with the host's clock.</summary>
/// <remarks>
/// <code>
/// u64 trace id of the host's file  u32 flags (bit 0: interpolate)  u32 CPUs
/// CPUs x { u32 n  n x u64 guest time  n x i64 offset  n x u64 scaling }
/// CPUs x { n x u64 fraction bits }                                              newer recorders only
/// </code>
/// </remarks>
internal static class TimeShiftOption
{
    private const uint Interpolate = 1;
    private const int SampleBytes = 3 * sizeof(ulong);
    private const ulong FractionBitsMax = 127;
    private const string What = "option TIME_SHIFT";

    /// <summary>The shifts by CPU, and the trace id of the host's file.</summary>
    public static ImmutableArray<CpuTimeShift> Read(ref ByteCursor data, out ulong hostTraceId)
    {
        hostTraceId = data.ReadUInt64(What);
        bool interpolates = (data.ReadUInt32(What) & Interpolate) != 0;
        List<TimeShiftSample[]> cpus = [];
        for (uint left = data.ReadUInt32(What); left > 0; left--)
            cpus.Add(ReadSamples(ref data));
        if (!data.IsAtEnd)
        {
            foreach (TimeShiftSample[] samples in cpus)
                ReadFractions(samples, ref data);
        }

        return
        [
            .. cpus.Select(samples => new CpuTimeShift(
                [.. samples.OrderBy(sample => sample.Time).DistinctBy(sample => sample.Time)], interpolates)),
        ];
    }

    private static TimeShiftSample[] ReadSamples(ref ByteCursor data)
    {
        long offset = data.Offset;
        uint count = data.ReadUInt32(What);
        if (count > data.Remaining / SampleBytes)
            Reject.Truncated(What, offset, (long)count * SampleBytes, data.Remaining);
        TimeShiftSample[] samples = new TimeShiftSample[count];
        for (int index = 0; index < samples.Length; index++)
            samples[index] = samples[index] with { Time = data.ReadUInt64(What) };
        for (int index = 0; index < samples.Length; index++)
            samples[index] = samples[index] with { Offset = (long)data.ReadUInt64(What) };
        for (int index = 0; index < samples.Length; index++)
            samples[index] = samples[index] with { Scaling = data.ReadUInt64(What) };
        return samples;
    }

    private static void ReadFractions(TimeShiftSample[] samples, ref ByteCursor data)
    {
        for (int index = 0; index < samples.Length; index++)
        {
            long offset = data.Offset;
            ulong bits = data.ReadUInt64(What);
            if (bits > FractionBitsMax)
                Reject.Invalid("the fraction bits of option TIME_SHIFT", offset, $"{bits}", $"at most {FractionBitsMax}");
            samples[index] = samples[index] with { FractionBits = (int)bits };
        }
    }
}

/// <summary>Converts the ring buffer's time to the time column. It is a type argument, so the usual clock costs only an addition.</summary>
internal interface ITraceClock
{
    /// <summary>Nanoseconds (or ticks, for a clock that cannot be converted) of the trace clock.</summary>
    long ToNs(ulong time);
}

/// <summary>A clock whose times only need an offset.</summary>
internal readonly struct PlainClock(long offsetNs) : ITraceClock
{
    public long ToNs(ulong time) => (long)time + offsetNs;
}

/// <summary>
/// A clock whose times are converted in the order of libtracecmd's timestamp_calc: to the host's clock (recordings of guests), then from
/// cycles to nanoseconds, then by an offset.
/// </summary>
internal readonly struct ConvertedClock(CpuTimeShift? shift, CyclesToNs cycles, long offsetNs) : ITraceClock
{
    public long ToNs(ulong time) => (long)cycles.Convert(shift is null ? time : shift.Convert(time)) + offsetNs;
}

/// <summary>Converts cycles to nanoseconds: (cycles * Mult) >> Shift in 128 bits, by option TSC2NSEC. With Mult 0, nothing is
/// converted.</summary>
/// <remarks>The option's third number, an offset, is not added: <c>trace-cmd report</c> does not add it either.</remarks>
internal readonly record struct CyclesToNs(uint Mult, int Shift)
{
    /// <summary>A larger shift would remove all bits of a 32-bit multiplier.</summary>
    public const uint ShiftMax = 63;

    public ulong Convert(ulong cycles) => Mult == 0 ? cycles : (ulong)(((UInt128)cycles * Mult) >> Shift);
}

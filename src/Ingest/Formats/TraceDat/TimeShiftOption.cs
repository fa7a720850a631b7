using System.Collections.Immutable;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Option TIME_SHIFT of a guest's recording: how each of its CPUs' clocks ran against the host's.</summary>
/// <remarks>
/// <code>
/// u64 trace id of the host's file  u32 flags (bit 0: interpolate)  u32 CPUs
/// CPUs x { u32 n  n x u64 guest time  n x i64 offset  n x u64 scaling }
/// CPUs x { n x u64 fraction bits }                                              newer recorders only
/// </code>
/// </remarks>
public static class TimeShiftOption
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

        return [.. cpus.Select(samples => new CpuTimeShift(Ordered(samples), interpolates))];
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

    private static ImmutableArray<TimeShiftSample> Ordered(TimeShiftSample[] samples) =>
        [.. samples.OrderBy(sample => sample.Time).DistinctBy(sample => sample.Time)];
}

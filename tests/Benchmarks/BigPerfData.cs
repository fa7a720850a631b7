using System.Buffers.Binary;
using System.Numerics;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// A large perf.data made of a small real one in file mode: the data section over and over, every repetition later by the
/// recording's length, the feature sections moved behind it. Samples have perf record's usual layout for tracepoints, time at byte 32.
/// </summary>
internal static class BigPerfData
{
    private const int DataOffsetAt = 40;
    private const int DataSizeAt = 48;
    private const int FeaturesAt = 72;
    private const uint Sample = 9;
    private const int SampleTimeAt = 32;

    public static void Write(string sample, string path, long bytes)
    {
        byte[] source = SampleRecordings.Bytes(sample);
        int dataOffset = (int)BinaryPrimitives.ReadInt64LittleEndian(source.AsSpan(DataOffsetAt));
        int dataSize = (int)BinaryPrimitives.ReadInt64LittleEndian(source.AsSpan(DataSizeAt));
        byte[] data = source[dataOffset..(dataOffset + dataSize)];
        List<int> times = SampleTimes(data, out long spanNs);
        int repetitions = (int)Math.Max(1, bytes / dataSize);
        byte[] head = source[..dataOffset];
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(DataSizeAt), (long)dataSize * repetitions);
        using FileStream output = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        output.Write(head);
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            output.Write(data);
            foreach (int at in times)
                BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(at), BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(at)) + spanNs);
        }

        byte[] features = source[(dataOffset + dataSize)..];
        int count = Enumerable.Range(0, 4).Sum(word => BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(source.AsSpan(FeaturesAt + (8 * word)))));
        long shift = (long)dataSize * (repetitions - 1);
        for (int feature = 0; feature < count; feature++)
        {
            Span<byte> offset = features.AsSpan(16 * feature);
            BinaryPrimitives.WriteInt64LittleEndian(offset, BinaryPrimitives.ReadInt64LittleEndian(offset) + shift);
        }

        output.Write(features);
    }

    private static List<int> SampleTimes(byte[] data, out long spanNs)
    {
        List<int> times = [];
        long first = long.MaxValue, last = 0;
        for (int at = 0; at < data.Length; at += BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(at + 6)))
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at)) != Sample)
                continue;
            times.Add(at + SampleTimeAt);
            long time = BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(at + SampleTimeAt));
            first = Math.Min(first, time);
            last = Math.Max(last, time);
        }

        spanNs = last - first + 1_000_000;
        return times;
    }
}

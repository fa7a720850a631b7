using System.Buffers.Binary;
using System.Numerics;
using ForkTrace.TestKit;
using ZstdSharp;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Makes a large perf.data from a small real one: first the records that come once, then the samples repeated, where each repetition is
/// later by the recording's length. In file mode, the feature sections are moved after the records.
/// </summary>
internal static class BigPerfData
{
    private const int PipeHeadBytes = 16;
    private const int DataOffsetAt = 40;
    private const int DataSizeAt = 48;
    private const int FeaturesAt = 72;
    private const uint Compressed = 81;
    private const int HeaderBytes = 8;

    // Content that certainly fits into a record of at most 64 KiB, and into perf's buffer.
    private const int ContentBytes = 48 * 1024;

    /// <summary>Writes file mode.</summary>
    /// <param name="sample">The recording's name among the shipped ones.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="bytes">The approximate size.</param>
    /// <param name="switches">Switches between living tasks to put after each event; see <see cref="LivingSwitch"/>.</param>
    public static void Write(string sample, string path, long bytes, int switches)
    {
        byte[] source = SampleRecordings.Bytes(sample);
        PerfSamples samples = new(Data(source), new LivingSwitch(source), switches);
        using FileStream output = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        WriteFile(output, source, () =>
        {
            output.Write(samples.Once);
            foreach (byte[] round in samples.Rounds(Repetitions(samples, bytes)))
                output.Write(round);
        });
    }

    /// <summary>Writes file mode with compressed records (perf record -z), from a recording that has them.</summary>
    public static void WriteCompressed(string sample, string path, long bytes, int switches)
    {
        byte[] source = SampleRecordings.Bytes(sample);
        PerfSamples samples = new(Unpacked(Data(source)), new LivingSwitch(source), switches);
        using FileStream output = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        WriteFile(output, source, () =>
        {
            output.Write(samples.Once);
            foreach (byte[] round in samples.Rounds(Repetitions(samples, bytes)))
                Pack(output, round);
        });
    }

    /// <summary>Writes pipe mode (perf record -o -), from a recording in that mode.</summary>
    public static void WritePipe(string sample, string path, long bytes, int switches)
    {
        byte[] source = SampleRecordings.Bytes(sample);
        PerfSamples samples = new(source.AsSpan(PipeHeadBytes), new LivingSwitch(source), switches);
        using FileStream output = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        output.Write(source, 0, PipeHeadBytes);
        output.Write(samples.Once);
        foreach (byte[] round in samples.Rounds(Repetitions(samples, bytes)))
            output.Write(round);
    }

    private static int Repetitions(PerfSamples samples, long bytes) => (int)Math.Max(1, bytes / samples.RoundBytes);

    private static ReadOnlySpan<byte> Data(byte[] source) =>
        source.AsSpan((int)BinaryPrimitives.ReadInt64LittleEndian(source.AsSpan(DataOffsetAt)), DataBytes(source));

    private static int DataBytes(byte[] source) => (int)BinaryPrimitives.ReadInt64LittleEndian(source.AsSpan(DataSizeAt));

    private static void WriteFile(FileStream output, byte[] source, Action writeRecords)
    {
        int dataOffset = (int)BinaryPrimitives.ReadInt64LittleEndian(source.AsSpan(DataOffsetAt));
        byte[] head = source[..dataOffset];
        output.Write(head);
        writeRecords();
        long dataBytes = output.Position - dataOffset;
        byte[] features = source[(dataOffset + DataBytes(source))..];
        int count = Enumerable.Range(0, 4).Sum(word => BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(source.AsSpan(FeaturesAt + (8 * word)))));
        for (int feature = 0; feature < count; feature++)
        {
            Span<byte> offset = features.AsSpan(16 * feature);
            BinaryPrimitives.WriteInt64LittleEndian(offset, BinaryPrimitives.ReadInt64LittleEndian(offset) + dataBytes - DataBytes(source));
        }

        output.Write(features);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(DataSizeAt), dataBytes);
        output.Position = 0;
        output.Write(head);
    }

    // Replaces compressed records with their content.
    private static byte[] Unpacked(ReadOnlySpan<byte> records)
    {
        List<byte> plain = [];
        using Decompressor decoder = new();
        byte[] buffer = new byte[1 << 20];
        for (int at = 0; at < records.Length; at += BinaryPrimitives.ReadUInt16LittleEndian(records[(at + 6)..]))
        {
            ReadOnlySpan<byte> record = records.Slice(at, BinaryPrimitives.ReadUInt16LittleEndian(records[(at + 6)..]));
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Compressed)
            {
                plain.AddRange(record);
                continue;
            }

            ReadOnlySpan<byte> packed = record[HeaderBytes..];
            int written;
            do
            {
                decoder.UnwrapStream(packed, buffer, out int consumed, out written);
                packed = packed[consumed..];
                plain.AddRange(buffer.AsSpan(0, written));
            }
            while (!packed.IsEmpty || written == buffer.Length);
        }

        return [.. plain];
    }

    private static void Pack(FileStream output, ReadOnlySpan<byte> records)
    {
        byte[] header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Compressed);
        while (!records.IsEmpty)
        {
            int end = 0;
            for (int size; end < records.Length && end + (size = BinaryPrimitives.ReadUInt16LittleEndian(records[(end + 6)..])) <= ContentBytes;)
                end += size;
            byte[] packed = ZstdFrames.Pack(records[..end], level: 1);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)(HeaderBytes + packed.Length));
            output.Write(header);
            output.Write(packed);
            records = records[end..];
        }
    }
}

using System.Buffers.Binary;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// A large trace.dat made of a small real one: version 6, each CPU's ring-buffer pages over and over, every repetition later by the
/// recording's length. The text parts, the events and their layout stay real.
/// </summary>
internal static class BigTraceDat
{
    private const int PageBytes = 4096;
    private const int CpuTableEntryBytes = 16;

    public static void Write(string sample, string path, long bytes)
    {
        byte[] source = SampleRecordings.Bytes(sample);
        int table = source.AsSpan().LastIndexOf("flyrecord\0"u8) + 10;
        List<(long Offset, long Size)> cpus = ReadCpuTable(source, table);
        long pages = cpus.Sum(cpu => cpu.Size) / PageBytes;
        int repetitions = (int)Math.Max(1, bytes / (pages * PageBytes));
        long spanNs = SpanNs(source, cpus) + 1_000_000;
        using FileStream output = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        byte[] head = source[..(int)cpus.Min(cpu => cpu.Offset)];
        long offset = head.Length;
        for (int cpu = 0; cpu < cpus.Count; cpu++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(table + (CpuTableEntryBytes * cpu)), offset);
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(table + (CpuTableEntryBytes * cpu) + 8), cpus[cpu].Size * repetitions);
            offset += cpus[cpu].Size * repetitions;
        }

        output.Write(head);
        foreach ((long start, long size) in cpus)
        {
            for (int repetition = 0; repetition < repetitions; repetition++)
                WritePages(output, source.AsSpan((int)start, (int)size), repetition * spanNs);
        }
    }

    private static void WritePages(FileStream output, ReadOnlySpan<byte> pages, long shiftNs)
    {
        byte[] page = new byte[PageBytes];
        for (int start = 0; start < pages.Length; start += PageBytes)
        {
            pages.Slice(start, PageBytes).CopyTo(page);
            BinaryPrimitives.WriteInt64LittleEndian(page, BinaryPrimitives.ReadInt64LittleEndian(page) + shiftNs);
            output.Write(page);
        }
    }

    private static List<(long Offset, long Size)> ReadCpuTable(byte[] source, int table)
    {
        List<(long, long)> cpus = [];
        for (int entry = table; ; entry += CpuTableEntryBytes)
        {
            long offset = BinaryPrimitives.ReadInt64LittleEndian(source.AsSpan(entry));
            long size = BinaryPrimitives.ReadInt64LittleEndian(source.AsSpan(entry + 8));
            bool isEntry = offset > 0 && offset % PageBytes == 0 && size >= 0 && offset + size <= source.Length && (size % PageBytes) == 0;
            if (!isEntry)
                return cpus;
            cpus.Add((offset, size));
        }
    }

    private static long SpanNs(byte[] source, List<(long Offset, long Size)> cpus)
    {
        IEnumerable<long> starts = cpus.SelectMany(cpu => Enumerable.Range(0, (int)(cpu.Size / PageBytes))
            .Select(page => BinaryPrimitives.ReadInt64LittleEndian(source.AsSpan((int)cpu.Offset + (page * PageBytes)))));
        List<long> times = [.. starts.Where(time => time > 0)];
        return (times.Max() - times.Min()) * 2;
    }
}

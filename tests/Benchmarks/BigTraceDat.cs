using System.Buffers.Binary;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Makes a large trace.dat from a small real one: version 6, with each CPU's ring-buffer pages repeated, where each repetition is later by
/// the recording's length. The text parts, the events and their layout are real.
/// </summary>
internal static class BigTraceDat
{
    private const int PageBytes = 4096;
    private const int CpuTableEntryBytes = 16;

    /// <param name="sample">The recording's name among the shipped ones.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="bytes">The approximate size.</param>
    /// <param name="switches">Switches between living tasks to put after each event; see <see cref="LivingSwitch"/>.</param>
    public static void Write(string sample, string path, long bytes, int switches = 0)
    {
        byte[] source = SampleRecordings.Bytes(sample);
        int table = source.AsSpan().LastIndexOf("flyrecord\0"u8) + 10;
        List<(long Offset, long Size)> cpus = ReadCpuTable(source, table);
        byte[][] parts = [.. cpus.Select(cpu => Pages(source, cpu, switches))];
        int repetitions = (int)Math.Max(1, bytes / parts.Sum(part => part.Length));
        long spanNs = SpanNs(source, cpus) + 1_000_000;
        using FileStream output = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        byte[] head = source[..(int)cpus.Min(cpu => cpu.Offset)];
        long offset = head.Length;
        for (int cpu = 0; cpu < cpus.Count; cpu++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(table + (CpuTableEntryBytes * cpu)), offset);
            long size = (long)parts[cpu].Length * repetitions;
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(table + (CpuTableEntryBytes * cpu) + 8), size);
            offset += size;
        }

        output.Write(head);
        foreach (byte[] part in parts)
        {
            for (int repetition = 0; repetition < repetitions; repetition++)
                WritePages(output, part, repetition * spanNs);
        }
    }

    private static byte[] Pages(byte[] source, (long Offset, long Size) cpu, int switches)
    {
        ReadOnlySpan<byte> pages = source.AsSpan((int)cpu.Offset, (int)cpu.Size);
        return switches == 0 ? pages.ToArray() : DilutedPages.Of(pages, new LivingSwitch(source), switches);
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

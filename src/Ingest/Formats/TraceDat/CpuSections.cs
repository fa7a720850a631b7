namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Checks where the data of CPUs lie before anything is read of them.</summary>
internal static class CpuSections
{
    /// <summary>The section, if it lies in the file; rejects the file as cut off if not.</summary>
    public static CpuSection Checked(TraceInput input, int cpu, ulong offset, ulong bytes)
    {
        if (bytes == 0)
            return new CpuSection(cpu, 0, 0);
        input.RequireInside(offset, bytes, $"the data of CPU {cpu}");
        return new CpuSection(cpu, (long)offset, (long)bytes);
    }

    /// <summary>Reads the table of a buffer's CPUs; rejects one that does not fit, or that names a CPU twice.</summary>
    /// <param name="input">The file.</param>
    /// <param name="cursor">Where the table begins.</param>
    /// <param name="cpus">Its entries.</param>
    /// <param name="isNumbered">True for entries that begin with the CPU, as those of version 7; else the first is of CPU 0.</param>
    public static ImmutableArray<CpuSection> ReadTable(TraceInput input, ref ByteCursor cursor, uint cpus, bool isNumbered)
    {
        int entryBytes = (isNumbered ? sizeof(uint) : 0) + (2 * sizeof(ulong));
        if (cpus > cursor.Remaining / entryBytes)
            Reject.Truncated("the table of CPUs", cursor.Offset, (long)cpus * entryBytes, cursor.Remaining);
        HashSet<uint> seen = [];
        ImmutableArray<CpuSection>.Builder sections = ImmutableArray.CreateBuilder<CpuSection>((int)cpus);
        for (uint entry = 0; entry < cpus; entry++)
        {
            long at = cursor.Offset;
            uint cpu = isNumbered ? cursor.ReadUInt32("a CPU of a buffer") : entry;
            if (isNumbered && (cpu >= ushort.MaxValue || !seen.Add(cpu)))
                Reject.Invalid("a CPU of a buffer", at, $"{cpu}", $"below {ushort.MaxValue} and not twice in a buffer");
            ulong offset = cursor.ReadUInt64("the offset of a CPU's data");
            ulong bytes = cursor.ReadUInt64("the size of a CPU's data");
            sections.Add(Checked(input, (int)cpu, offset, bytes));
        }

        return sections.MoveToImmutable();
    }

    /// <summary>
    /// Rejects data that several CPUs share: no recorder writes them, and they would make a small file as long to read as a large one.
    /// </summary>
    public static void RejectOverlaps(IEnumerable<TraceDatBuffer> buffers)
    {
        long end = 0;
        foreach (CpuSection section in buffers.SelectMany(buffer => buffer.Cpus).Where(cpu => cpu.Bytes > 0).OrderBy(cpu => cpu.Offset))
        {
            if (section.Offset < end)
                Reject.Invalid($"the data of CPU {section.Cpu}", section.Offset, "inside the data of another CPU", $"at {end} or after");
            end = section.Offset + section.Bytes;
        }
    }
}

/// <summary>Where the ring-buffer pages of one CPU lie in the file.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Offset">Byte offset of its first page or, if compressed, of its number of chunks.</param>
/// <param name="Bytes">Bytes on disk; 0 for a CPU without events.</param>
internal sealed record CpuSection(int Cpu, long Offset, long Bytes);

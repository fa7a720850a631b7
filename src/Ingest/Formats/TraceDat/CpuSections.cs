namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Checks where the data of CPUs lie before anything is read of them.</summary>
public static class CpuSections
{
    /// <summary>The section, if it lies in the file; rejects the file as cut off if not.</summary>
    public static CpuSection Checked(TraceInput input, int cpu, ulong offset, ulong bytes)
    {
        if (bytes == 0)
            return new CpuSection(cpu, 0, 0);
        ulong length = (ulong)input.Length;
        if (offset > length || bytes > length - offset)
        {
            Reject.Truncated(
                $"the data of CPU {cpu}",
                (long)Math.Min(offset, long.MaxValue),
                (long)Math.Min(bytes, long.MaxValue),
                (long)(length - Math.Min(offset, length)));
        }

        return new CpuSection(cpu, (long)offset, (long)bytes);
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
public sealed record CpuSection(int Cpu, long Offset, long Bytes);

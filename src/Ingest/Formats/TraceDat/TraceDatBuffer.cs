using System.Collections.Immutable;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>One ring buffer of the recording: the top-level one, or an instance.</summary>
/// <param name="Name">The instance's name; empty for the top-level buffer.</param>
/// <param name="Clock">Its trace clock; empty where the file does not say (version 6).</param>
/// <param name="PageBytes">Bytes of its pages; 0 where only header_page says it.</param>
/// <param name="IsCompressed">True if each CPU's pages are chunks.</param>
/// <param name="Cpus">Its CPUs, each once.</param>
public sealed record TraceDatBuffer(string Name, string Clock, int PageBytes, bool IsCompressed, ImmutableArray<CpuSection> Cpus)
{
    // A sub-buffer has 27 bits of length; buffer_subbuf_size_kb takes far less.
    internal const uint PageBytesMax = 1 << 26;

    /// <summary>True if any CPU has bytes.</summary>
    public bool HasData => Cpus.Any(cpu => cpu.Bytes > 0);
}

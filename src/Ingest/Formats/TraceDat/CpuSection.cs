namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Where the ring-buffer pages of one CPU lie in the file.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Offset">Byte offset of its first page or, if compressed, of its number of chunks.</param>
/// <param name="Bytes">Bytes on disk; 0 for a CPU without events.</param>
public sealed record CpuSection(int Cpu, long Offset, long Bytes);

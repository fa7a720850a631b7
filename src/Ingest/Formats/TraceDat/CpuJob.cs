namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>One CPU of one buffer to read.</summary>
/// <param name="Buffer">Number of the buffer: of rows that two buffers hold alike, the lower one's is kept.</param>
/// <param name="IsCompressed">True if the pages are in chunks.</param>
/// <param name="Reader">Takes the pages.</param>
internal sealed record CpuJob(int Buffer, bool IsCompressed, CpuReader Reader);

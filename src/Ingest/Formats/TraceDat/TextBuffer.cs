namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>A buffer that the recorder saved as the kernel's text, as it does for latency tracers.</summary>
/// <param name="Name">The instance's name; empty for the top-level buffer.</param>
/// <param name="Clock">Its trace clock; empty where the file does not say (version 6).</param>
/// <param name="Place">Where the text, or its chunks with their number, lies in the file. The CPU means nothing.</param>
/// <param name="IsCompressed">True if the text is in chunks.</param>
public sealed record TextBuffer(string Name, string Clock, CpuSection Place, bool IsCompressed);

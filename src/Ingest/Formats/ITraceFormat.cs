using ForkTrace.Ingest.Merge;

namespace ForkTrace.Ingest.Formats;

/// <summary>
/// One trace format: what it is, how its first bytes look, and the reader. Found by <see cref="FormatCatalog"/> in this assembly;
/// to add a format, add a folder with a class that implements this.
/// </summary>
public interface ITraceFormat
{
    /// <summary>Name, summary and what the format can carry.</summary>
    FormatDescriptor Descriptor { get; }

    /// <summary>
    /// True if a file that begins with <paramref name="prefix"/> (at most <see cref="FormatCatalog.PrefixBytes"/> bytes) is this format.
    /// </summary>
    bool Sniff(ReadOnlySpan<byte> prefix);

    /// <summary>
    /// Decodes the whole recording. Throws <see cref="IngestException"/> for what cannot be understood; records what was skipped,
    /// repaired or lost in the result.
    /// </summary>
    DecodedTrace Read(TraceInput input, IngestOptions options);
}

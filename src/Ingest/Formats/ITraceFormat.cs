namespace ForkTrace.Ingest.Formats;

/// <summary>
/// A trace format: its description, how to recognise it, and its reader. <see cref="FormatCatalog"/> finds all formats in this assembly. To
/// add one, add a folder with a class that implements this interface.
/// </summary>
public interface ITraceFormat
{
    FormatDescriptor Descriptor { get; }

    /// <summary>
    /// True if a file that begins with <paramref name="prefix"/> (at most <see cref="FormatCatalog.PrefixBytes"/> bytes) has this format.
    /// </summary>
    bool Sniff(ReadOnlySpan<byte> prefix);

    /// <summary>True if a recording that begins with <paramref name="prefix"/> is read forward only, so that a pipe need not be copied
    /// first.</summary>
    internal bool ReadsPipe(ReadOnlySpan<byte> prefix) => false;

    /// <summary>
    /// Decodes the whole recording. Throws <see cref="IngestException"/> if it cannot be decoded. The result reports what was skipped,
    /// repaired or lost.
    /// </summary>
    internal DecodedTrace Read(TraceInput input, IngestOptions options);
}

/// <summary>The description of a format in <c>forktrace list formats</c>.</summary>
/// <param name="Name">The name for <c>--format</c>, e.g. <c>perf.data</c>.</param>
/// <param name="Summary">One sentence: which tools write it and which versions are supported.</param>
/// <param name="Carries">The data in a trace of this format.</param>
/// <param name="Cannot">Data that the format does not have, or that this reader does not support.</param>
public sealed record FormatDescriptor(string Name, string Summary, string Carries, string Cannot)
{
    /// <summary>True if a <see cref="Tracepoints.ProbeMap"/> can define the meaning of events of this format.</summary>
    public bool TakesProbeMap { get; init; }

    /// <summary>True if a recording of this format can be a folder.</summary>
    public bool ReadsFolders { get; init; }

    /// <summary>True if a recording of this format can have several ring buffers to choose from.</summary>
    public bool HasInstances { get; init; }
}

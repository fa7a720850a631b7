namespace ForkTrace.Ingest.Formats;

/// <summary>
/// One trace format: what it is, how its first bytes look, and the reader. Found by <see cref="FormatCatalog"/> in this assembly;
/// to add a format, add a folder with a class that implements this.
/// </summary>
public interface ITraceFormat
{
    FormatDescriptor Descriptor { get; }

    /// <summary>
    /// True if a file that begins with <paramref name="prefix"/> (at most <see cref="FormatCatalog.PrefixBytes"/> bytes) is this format.
    /// </summary>
    bool Sniff(ReadOnlySpan<byte> prefix);

    /// <summary>True if a recording of this format that begins so is read forward only: then a pipe needs not be copied first.</summary>
    internal bool ReadsPipe(ReadOnlySpan<byte> prefix) => false;

    /// <summary>
    /// Decodes the whole recording. Throws <see cref="IngestException"/> for what cannot be understood; records what was skipped,
    /// repaired or lost in the result.
    /// </summary>
    internal DecodedTrace Read(TraceInput input, IngestOptions options);
}

/// <summary>A format as <c>forktrace list formats</c> shows it.</summary>
/// <param name="Name">The name that <c>--format</c> takes, e.g. <c>perf.data</c>.</param>
/// <param name="Summary">One sentence: who writes it and which versions are read.</param>
/// <param name="Carries">What a trace of this format can tell.</param>
/// <param name="Cannot">What it cannot, or what this reader does not read.</param>
public sealed record FormatDescriptor(string Name, string Summary, string Carries, string Cannot)
{
    /// <summary>True if a <see cref="Tracepoints.ProbeMap"/> can say what events of this format mean.</summary>
    public bool TakesProbeMap { get; init; }

    /// <summary>True if a recording of this format may be a folder.</summary>
    public bool ReadsFolders { get; init; }

    /// <summary>True if a recording of this format may hold several ring buffers to choose from.</summary>
    public bool HasInstances { get; init; }
}

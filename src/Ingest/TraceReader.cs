using ForkTrace.Events;
using ForkTrace.Ingest.Assembly;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Ingest;

/// <summary>From a path to an event table: the whole of ingest, for whatever format.</summary>
public static class TraceReader
{
    /// <summary>
    /// Reads a recording. Throws <see cref="IngestException"/> if the input is rejected, <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if it cannot be read.
    /// </summary>
    public static EventTable Read(string path, IngestOptions? options = null)
    {
        options ??= new IngestOptions();
        using TraceInput input = TraceOpener.Open(path);
        ITraceFormat format = options.Format is null
            ? FormatCatalog.Probe(input.SliceUpTo(0, FormatCatalog.PrefixBytes))
            : FormatCatalog.ByName(options.Format);
        using DecodedTrace decoded = format.Read(input, options);
        return TraceAssembler.Assemble(decoded, input);
    }
}

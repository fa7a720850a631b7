using ForkTrace.Ingest.Merge;

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>What <c>dotnet-trace collect-linux</c> and one-collect's <c>record-trace</c> write: NetTrace of version 6.</summary>
public sealed class NetTraceFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "nettrace",
        "NetTrace version 6 (.nettrace) of dotnet-trace collect-linux or record-trace, with kernel tracepoints or process events.",
        "Tracepoints with the fields that their metadata describes, time and CPU; or else starts and ends of processes; dropped events.",
        "Threads, where no tracepoints were recorded; kernel release; versions 4 and 5, which hold a .NET process's own events only.");

    public bool Sniff(ReadOnlySpan<byte> prefix) => prefix.StartsWith("Nettrace"u8);

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        NetTraceHeader header = NetTraceHeader.Read(input);
        NetTraceRecording recording = new(header, NetTraceMetadata.ReadAll(input), options.KeepAll);
        try
        {
            new NetTraceReader(input, options, recording).Read();
            return recording.ToTrace();
        }
        catch
        {
            recording.Tracepoints.Dispose();
            recording.Processes.Dispose();
            throw;
        }
    }
}

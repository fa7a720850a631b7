namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>NetTrace, the output of <c>dotnet-trace collect-linux</c> and one-collect's <c>record-trace</c>, read with
/// TraceEvent.</summary>
internal sealed class NetTraceFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "nettrace",
        "NetTrace versions 4 to 6 (.nettrace); dotnet-trace collect-linux and record-trace write version 6, with kernel events.",
        "Tracepoints with the fields that their metadata describes, time and CPU; else starts and ends of processes; dropped events.",
        "Threads, if no tracepoints were recorded; kernel release; CPUs above 255; versions 4 and 5 have only .NET events.");

    public bool Sniff(ReadOnlySpan<byte> prefix) => prefix.StartsWith("Nettrace"u8) || IsNetPerf(prefix);

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        if (IsNetPerf(input.SliceUpTo(0, FormatCatalog.PrefixBytes)))
        {
            Reject.Unsupported(
                "a .netperf of .NET Core 2 (NetTrace version 3 or earlier) is not read; it holds events of one .NET process, none of the"
                + $" kernel; {NetTraceRecording.HowToRecord}", 0);
        }

        NetTraceScan scan = new(input);
        using NetTraceRecording recording = new(scan, options.KeepAll);
        new NetTraceReader(input, options, scan, recording).Read();
        return recording.ToTrace();
    }

    // The format's predecessor had no magic.
    private static bool IsNetPerf(ReadOnlySpan<byte> prefix) =>
        prefix.StartsWith("\u0014\0\0\0!FastSerialization.1"u8)
        && (prefix.IndexOf("Microsoft.DotNet.Runtime.EventPipeFile"u8) >= 0 || prefix.IndexOf("\u0005\0\0\0Trace"u8) >= 0);
}

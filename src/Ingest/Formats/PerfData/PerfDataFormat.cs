namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>The output of <c>perf record</c>, to a file or to a pipe.</summary>
internal sealed class PerfDataFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "perf.data",
        "Linux perf record, to a file, a pipe or a folder (--threads), plain or compressed (-z), in either byte order.",
        "Tracepoints with time, CPU and all fields, else perf's own FORK and EXIT records (a plain 'perf record -a'); kernel, machine,"
        + " CPUs, NUMA nodes, clock, recorder's command line, lost events by CPU.",
        "Recordings without CPUs (made without -a), tracepoints without event formats (made without access"
        + " to tracefs), files of old perfs (PERFFILE, not PERFILE2).")
    {
        TakesProbeMap = true,
        ReadsFolders = true,
    };

    public bool Sniff(ReadOnlySpan<byte> prefix) =>
        PerfHeader.IsMagic(prefix);

    public bool ReadsPipe(ReadOnlySpan<byte> prefix) => PerfHeader.IsOfPipe(prefix);

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        PerfHeader header = PerfHeader.Read(input);
        using PerfRecording recording = new(header, options.KeepAll, UnpackBudget.Of(input, options.UnpackedMaxBytes), options.Probes);
        if (header.Swap)
            new PerfReader<SwappedOrder>(input, options, recording).Read(header);
        else
            new PerfReader<NativeOrder>(input, options, recording).Read(header);
        return recording.ToTrace();
    }
}

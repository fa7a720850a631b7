using ForkTrace.Ingest.Merge;

namespace ForkTrace.Ingest.Formats.Text.PerfScript;

/// <summary>What <c>perf script</c> prints of a perf.data.</summary>
public sealed class PerfScriptFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "perf-script",
        "Text of perf script: any -F that keeps tid, cpu, time, event and trace; --ns, --header, call chains, --show-task-events.",
        "Tracepoints with all fields, else the FORK and EXIT lines of --show-task-events; times to the microsecond (--ns: nanosecond); with"
        + " --header kernel, machine, CPUs, clock, recorder.",
        "Lost events unless --show-lost-events was given, NUMA nodes.")
    {
        TakesProbeMap = true,
    };

    public bool Sniff(ReadOnlySpan<byte> prefix) => TextProbe.Classify(prefix) == TextKind.PerfScript;

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        return new TextTraceReader<PerfGrammar>(options, new PerfNotes()).Read(input);
    }
}

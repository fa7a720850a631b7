using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats;

/// <summary>A format as <c>forktrace list formats</c> shows it.</summary>
/// <param name="Name">The name that <c>--format</c> takes, e.g. <c>perf.data</c>.</param>
/// <param name="Summary">One sentence: who writes it and which versions are read.</param>
/// <param name="Carries">What a trace of this format can tell.</param>
/// <param name="Cannot">What it cannot, or what this reader does not read.</param>
public sealed record FormatDescriptor(string Name, string Summary, string Carries, string Cannot)
{
    /// <summary>True if a <see cref="Tracepoints.ProbeMap"/> can say what events of this format mean.</summary>
    public bool TakesProbeMap { get; init; }
}

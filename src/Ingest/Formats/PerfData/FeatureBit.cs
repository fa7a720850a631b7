using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>HEADER_*: features that this reader reads (tools/perf/util/header.h).</summary>
internal static class FeatureBit
{
    public const int TracingData = 1;
    public const int OsRelease = 4;
    public const int Architecture = 6;
    public const int Cpus = 7;
    public const int CommandLine = 11;
    public const int EventDescription = 12;
    public const int CpuTopology = 13;
    public const int NumaTopology = 14;
    public const int Cache = 20;
    public const int Compressed = 27;
    public const int ClockData = 29;
}

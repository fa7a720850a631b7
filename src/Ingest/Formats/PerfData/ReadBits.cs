namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>PERF_FORMAT_*: what a counter reading inside a sample holds, of perf_event_attr.read_format.</summary>
[Flags]
internal enum ReadBits : ulong
{
    None = 0,
    TotalTimeEnabled = 1 << 0,
    TotalTimeRunning = 1 << 1,
    Id = 1 << 2,
    Group = 1 << 3,
    Lost = 1 << 4,
}

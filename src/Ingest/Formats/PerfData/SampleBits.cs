namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>PERF_SAMPLE_*: what a sample holds, of perf_event_attr.sample_type (include/uapi/linux/perf_event.h).</summary>
[Flags]
internal enum SampleBits : ulong
{
    None = 0,
    Ip = 1 << 0,
    Tid = 1 << 1,
    Time = 1 << 2,
    Address = 1 << 3,
    Read = 1 << 4,
    CallChain = 1 << 5,
    Id = 1 << 6,
    Cpu = 1 << 7,
    Period = 1 << 8,
    StreamId = 1 << 9,
    Raw = 1 << 10,
    Identifier = 1 << 16,
}

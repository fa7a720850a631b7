namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>
/// Ids of options and, from version 7 on, of sections (trace-cmd's TRACECMD_OPTION_*). <see cref="Done"/> ends a list of options
/// and is the id of the section that holds one.
/// </summary>
public enum TraceDatOptionId : ushort
{
    Done = 0,
    Date = 1,
    CpuStat = 2,
    Buffer = 3,
    TraceClock = 4,
    Uname = 5,
    Hook = 6,
    Offset = 7,
    CpuCount = 8,
    Version = 9,
    ProcMaps = 10,
    TraceId = 11,
    TimeShift = 12,
    Guest = 13,
    Tsc2Nsec = 14,
    Strings = 15,
    HeaderInfo = 16,
    FtraceEvents = 17,
    EventFormats = 18,
    Kallsyms = 19,
    Printk = 20,
    Cmdlines = 21,
    BufferText = 22,
    Btf = 23,
    LastBootInfo = 24,
    Modules = 25,
}

namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>Numbers of the fields of FtraceEventBundle and FtraceEvent (protos/perfetto/trace/ftrace/).</summary>
internal static class BundleField
{
    public const int Cpu = 1;
    public const int Event = 2;
    public const int LostEvents = 3;
    public const int CompactSched = 4;
    public const int FtraceClock = 5;
    public const int FtraceTimestamp = 6;
    public const int BootTimestamp = 7;
    public const int Error = 8;
    public const int GenericEventDescriptor = 11;

    /// <summary>FtraceEvent.timestamp.</summary>
    public const int EventTimestamp = 1;

    /// <summary>FtraceEvent.pid: the thread that ran on the CPU, the kernel's common_pid.</summary>
    public const int EventPid = 2;

    /// <summary>FtraceEvent.generic: an event that the schema does not know, with its fields' names in each event.</summary>
    public const int GenericEvent = 327;

    /// <summary>FtraceEvent.sched_waking, which says nothing that sched_wakeup does not.</summary>
    public const int SchedWaking = 20;
}

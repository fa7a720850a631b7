namespace ForkTrace.Lifecycle.Recording;

/// <summary>What this user may do with tracefs (/sys/kernel/tracing), through which events are found and switched on.</summary>
public enum TracefsAccess
{
    /// <summary>Not mounted, or not visible.</summary>
    Absent,

    /// <summary>Mounted, but this user cannot look into it.</summary>
    Unreadable,

    /// <summary>Can be read: perf finds its events.</summary>
    ReadOnly,

    /// <summary>Can be written: events can be switched on.</summary>
    Writable,
}

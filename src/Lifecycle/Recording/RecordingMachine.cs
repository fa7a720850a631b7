namespace ForkTrace.Lifecycle.Recording;

/// <summary>What a machine, and the user's rights on it, allow a recorder to do. Found by a probe, or given.</summary>
public sealed record RecordingMachine
{
    /// <summary><c>uname -r</c>.</summary>
    public required string Kernel { get; init; }

    /// <summary><c>uname -m</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>CPUs that are online.</summary>
    public required int Cpus { get; init; }

    /// <summary>True if the user has CAP_SYS_ADMIN, as root does outside a restricted container.</summary>
    public required bool IsPrivileged { get; init; }

    /// <summary>True if the user has CAP_PERFMON (5.8+).</summary>
    public bool MayProfile { get; init; }

    /// <summary>/proc/sys/kernel/perf_event_paranoid; null if the file does not exist, that is, the kernel has no perf events.</summary>
    public int? PerfEventParanoid { get; init; }

    public bool HasPerf { get; init; }

    public bool HasTraceCmd { get; init; }

    public TracefsAccess Tracefs { get; init; }

    /// <summary>Where tracefs is or should be mounted.</summary>
    public string TracefsFolder { get; init; } = "/sys/kernel/tracing";

    /// <summary>False if /proc/sys/kernel/ftrace_enabled cannot be written; trace-cmd then gives up.</summary>
    public bool MaySwitchFtrace { get; init; } = true;

    /// <summary>True if tracefs accepts kprobes.</summary>
    public bool HasKprobes { get; init; }

    /// <summary>True if probes may use arguments, <c>$arg1</c>, according to the README of tracefs (4.20, not on all
    /// architectures).</summary>
    public bool HasProbeArguments { get; init; }

    /// <summary>Address of thread_stack_free_rcu from /proc/kallsyms; 0 if addresses are hidden, null if the function does not
    /// exist.</summary>
    public ulong? StackCallbackAddress { get; init; }

    /// <summary>Events that tracefs lists, as <c>system:name</c>; null if the list cannot be read.</summary>
    public ImmutableHashSet<string>? Events { get; init; }

    /// <summary>sizeof(struct task_struct) from /sys/kernel/slab/task_struct/object_size; 0 if it cannot be read.</summary>
    public int TaskStructBytes { get; init; }

    /// <summary>Page size in bytes; perf counts its buffers in pages.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>True if /proc/vmstat counts how much stack tasks used: <c>kstack_*</c> (6.12, CONFIG_DEBUG_STACK_USAGE).</summary>
    public bool CountsStackUse { get; init; }
}

/// <summary>What this user may do with tracefs (/sys/kernel/tracing), which lists events and switches them on.</summary>
public enum TracefsAccess
{
    /// <summary>Not mounted, or not visible.</summary>
    Absent,

    /// <summary>Mounted, but this user cannot read it.</summary>
    Unreadable,

    /// <summary>Can be read: perf finds its events.</summary>
    ReadOnly,

    /// <summary>Can be written: events can be switched on.</summary>
    Writable,
}

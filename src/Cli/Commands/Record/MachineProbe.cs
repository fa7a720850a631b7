using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// Finds out what the machine offers to a recorder. It changes nothing. The one file that it writes, ftrace_enabled, gets the value that it
/// already has: some containers let it be opened but refuse the write.
/// </summary>
/// <param name="root">The folder of /proc and /sys; tests give another.</param>
/// <param name="searchPath">The folders to look for programs in, separated by colons.</param>
internal sealed class MachineProbe(string root, string searchPath)
{
    // Bit numbers of include/uapi/linux/capability.h.
    private const int CapSysAdmin = 21;
    private const int CapPerfmon = 38;
    private static readonly string[] s_eventSystems = ["task", "sched", "kmem", "vmalloc", "irq", "cpuhp", "cgroup", "rcu", "gt"];

    /// <summary>The machine that this runs on.</summary>
    public static MachineProbe Here => new("", Environment.GetEnvironmentVariable("PATH") ?? "");

    public RecordingMachine Probe()
    {
        ulong capabilities = Capabilities();
        string tracefs = TracefsFolder();
        TracefsAccess access = Access(tracefs);
        bool hasKprobes = access == TracefsAccess.Writable && CanOpenForWriting($"{tracefs}/kprobe_events");
        ImmutableHashSet<string>? events = access is TracefsAccess.ReadOnly or TracefsAccess.Writable ? EventsIn(tracefs) : null;
        return new RecordingMachine
        {
            Kernel = Read("/proc/sys/kernel/osrelease"),
            Architecture = RuntimeInformation.OSArchitecture switch
            {
                Architecture.X64 => "x86_64",
                Architecture.Arm64 => "aarch64",
                Architecture other => other.ToString().ToLowerInvariant(),
            },
            Cpus = Math.Max(1, Lines("/proc/stat").Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && line[3] != ' ')),
            IsPrivileged = (capabilities >> CapSysAdmin & 1) != 0,
            MayProfile = (capabilities >> CapPerfmon & 1) != 0,
            PerfEventParanoid = Number("/proc/sys/kernel/perf_event_paranoid"),
            HasPerf = HasProgram("perf"),
            HasTraceCmd = HasProgram("trace-cmd"),
            Tracefs = access,
            TracefsFolder = tracefs[root.Length..],
            MaySwitchFtrace = MaySwitchFtrace(),
            HasKprobes = hasKprobes,
            HasProbeArguments = hasKprobes && Lines($"{tracefs[root.Length..]}/README").Any(
                line => line.Contains("$arg<N>", StringComparison.Ordinal)),
            StackCallbackAddress = hasKprobes || events?.Contains("rcu:rcu_callback") == true ? StackCallbackAddress() : null,
            Events = events,
            TaskStructBytes = Number("/sys/kernel/slab/task_struct/object_size") ?? 0,
            PageBytes = Environment.SystemPageSize,
            CountsStackUse = Lines("/proc/vmstat").Any(line => line.StartsWith("kstack_", StringComparison.Ordinal)),
        };
    }

    // Before 4.1, and if tracefs is not mounted, it is below debugfs.
    private string TracefsFolder()
    {
        string own = $"{root}/sys/kernel/tracing";
        string underDebugfs = $"{root}/sys/kernel/debug/tracing";
        return Access(own) == TracefsAccess.Absent && Access(underDebugfs) != TracefsAccess.Absent ? underDebugfs : own;
    }

    private static TracefsAccess Access(string tracefs)
    {
        try
        {
            if (!Directory.Exists(tracefs) || !Directory.EnumerateFileSystemEntries(tracefs).Any())
                return TracefsAccess.Absent;
        }
        catch (UnauthorizedAccessException)
        {
            return TracefsAccess.Unreadable;
        }

        if (!Directory.Exists($"{tracefs}/events"))
            return TracefsAccess.Unreadable;
        return CanOpenForWriting($"{tracefs}/tracing_on") ? TracefsAccess.Writable : TracefsAccess.ReadOnly;
    }

    private static ImmutableHashSet<string> EventsIn(string tracefs) =>
    [
        .. s_eventSystems.Where(system => Directory.Exists($"{tracefs}/events/{system}")).SelectMany(
            system => Directory.EnumerateDirectories($"{tracefs}/events/{system}")
                .Select(folder => $"{system}:{Path.GetFileName(folder)}")),
    ];

    // "ffffffff81352a20 t thread_stack_free_rcu". The file is long, so it is read only if the answer is needed.
    private ulong? StackCallbackAddress()
    {
        string? line = Lines("/proc/kallsyms").FirstOrDefault(line => line.EndsWith(" t thread_stack_free_rcu", StringComparison.Ordinal));
        return line is not null && ulong.TryParse(
            line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong address)
            ? address
            : null;
    }

    private ulong Capabilities()
    {
        string? line = Lines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        string digits = line is null ? "" : line["CapEff:".Length..].Trim();
        return ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits) ? bits : 0;
    }

    private bool MaySwitchFtrace()
    {
        string path = $"{root}/proc/sys/kernel/ftrace_enabled";
        try
        {
            if (File.Exists(path))
                File.WriteAllText(path, File.ReadAllText(path));
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool CanOpenForWriting(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool HasProgram(string name) =>
        searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, name)));

    private int? Number(string path) =>
        int.TryParse(Read(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;

    private string Read(string path) => Lines(path).FirstOrDefault("").Trim();

    private string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(root + path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

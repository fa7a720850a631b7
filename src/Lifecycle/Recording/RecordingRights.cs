namespace ForkTrace.Lifecycle.Recording;

/// <summary>Whether a tool can work with the user's rights, and what prevents it if not.</summary>
internal static class RecordingRights
{
    private const string Root = "run it as root";

    /// <summary>The first tool without problems; else one that is installed; else perf.</summary>
    public static RecordingTool BestTool(RecordingMachine machine)
    {
        foreach (RecordingTool tool in Enum.GetValues<RecordingTool>())
        {
            if (!Problems(machine, tool).Any())
                return tool;
        }

        return machine.HasTraceCmd && machine.MaySwitchFtrace ? RecordingTool.TraceCmd : RecordingTool.Perf;
    }

    /// <summary>What prevents the tool from working; empty if it works.</summary>
    public static IEnumerable<string> Problems(RecordingMachine machine, RecordingTool tool) => tool switch
    {
        RecordingTool.TraceCmd => OfTraceCmd(machine),
        RecordingTool.Perf => OfPerf(machine),
        _ => OfTracefs(machine),
    };

    private static IEnumerable<string> OfTraceCmd(RecordingMachine machine)
    {
        if (!machine.HasTraceCmd)
            yield return "trace-cmd is not installed: install it (package trace-cmd), or install perf (Debian: linux-perf, Fedora: perf)";
        foreach (string problem in OfTracefs(machine))
            yield return problem;
        if (machine.IsPrivileged && !machine.MaySwitchFtrace)
            yield return "/proc/sys/kernel/ftrace_enabled cannot be written, and trace-cmd needs that: record with perf";
    }

    private static IEnumerable<string> OfPerf(RecordingMachine machine)
    {
        if (!machine.HasPerf)
            yield return "perf is not installed: install it (Debian: linux-perf, Fedora: perf), or trace-cmd";
        if (machine.PerfEventParanoid is not { } paranoid)
        {
            yield return "this kernel has no perf events (no /proc/sys/kernel/perf_event_paranoid): record with trace-cmd";
            yield break;
        }

        if (machine.Tracefs == TracefsAccess.Absent)
            yield return $"tracefs is not mounted: as root, run mount -t tracefs nodev {machine.TracefsFolder}";
        else if (machine.Tracefs == TracefsAccess.Unreadable)
            yield return $"{machine.TracefsFolder} cannot be read: {Root}";
        if (!machine.IsPrivileged && !machine.MayProfile && paranoid > -1)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"kernel.perf_event_paranoid is {paranoid}, but tracing all CPUs needs -1, CAP_PERFMON or root: {Root}");
        }
    }

    private static IEnumerable<string> OfTracefs(RecordingMachine machine)
    {
        if (!machine.IsPrivileged)
            yield return $"only root can switch on kernel events: {Root}";
        else if (machine.Tracefs == TracefsAccess.Absent)
            yield return $"tracefs is not mounted: as root, run mount -t tracefs nodev {machine.TracefsFolder}";
        else if (machine.Tracefs != TracefsAccess.Writable)
            yield return $"{machine.TracefsFolder} cannot be written: it is read-only, or the container or kernel lockdown forbids writing";
    }
}

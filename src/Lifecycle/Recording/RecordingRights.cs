namespace ForkTrace.Lifecycle.Recording;

/// <summary>Whether a tool can work with what a user has, and what is in the way if it cannot.</summary>
internal static class RecordingRights
{
    private const string Root = "run it as root";

    /// <summary>The first tool that nothing stands in the way of; else one that is installed; else perf.</summary>
    public static RecordingTool BestTool(RecordingMachine machine)
    {
        foreach (RecordingTool tool in Enum.GetValues<RecordingTool>())
        {
            if (!Problems(machine, tool).Any())
                return tool;
        }

        return machine.HasTraceCmd && machine.MaySwitchFtrace ? RecordingTool.TraceCmd : RecordingTool.Perf;
    }

    /// <summary>What is in the way; nothing if the tool can work.</summary>
    public static IEnumerable<string> Problems(RecordingMachine machine, RecordingTool tool) => tool switch
    {
        RecordingTool.TraceCmd => OfTraceCmd(machine),
        RecordingTool.Perf => OfPerf(machine),
        _ => OfTracefs(machine),
    };

    private static IEnumerable<string> OfTraceCmd(RecordingMachine machine)
    {
        if (!machine.HasTraceCmd)
            yield return "trace-cmd is not installed: install it (Debian, Fedora: trace-cmd), or perf (linux-perf, perf)";
        foreach (string problem in OfTracefs(machine))
            yield return problem;
        if (machine.IsPrivileged && !machine.MaySwitchFtrace)
            yield return "/proc/sys/kernel/ftrace_enabled cannot be written, and trace-cmd gives up without: record with perf";
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
            yield return $"tracefs is not there: as root, mount -t tracefs nodev {machine.TracefsFolder}";
        else if (machine.Tracefs == TracefsAccess.Unreadable)
            yield return $"{machine.TracefsFolder} cannot be read: {Root}";
        if (!machine.IsPrivileged && !machine.MayProfile && paranoid > -1)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"kernel.perf_event_paranoid is {paranoid}, and tracing all CPUs needs -1, CAP_PERFMON or root: {Root}");
        }
    }

    private static IEnumerable<string> OfTracefs(RecordingMachine machine)
    {
        if (!machine.IsPrivileged)
            yield return $"switching kernel events on needs root: {Root}";
        else if (machine.Tracefs == TracefsAccess.Absent)
            yield return $"tracefs is not there: as root, mount -t tracefs nodev {machine.TracefsFolder}";
        else if (machine.Tracefs != TracefsAccess.Writable)
            yield return $"{machine.TracefsFolder} cannot be written: it is read-only, or the container or lockdown forbids it";
    }
}

using System.Text.RegularExpressions;

namespace ForkTrace.Lifecycle.Tasks;

/// <summary>
/// Kernel threads whose stack was requested on the memory node of a certain CPU. kthreadd forks with the node that was given to
/// kthread_create_on_node (tsk_fork_get_node, pref_node_fork). No event shows it, but names do: a kworker of a CPU's pool (create_worker,
/// kernel/workqueue.c) and the threads that smpboot makes for each CPU (kthread_create_on_cpu, kernel/smpboot.c) end in that CPU's number.
/// Other kernel threads are assumed to be requested on any node (kthread_create).
/// </summary>
internal static partial class KthreadHints
{
    // The comm of a kernel thread in task_newtask, before it gets its own name.
    private const string Kthreadd = "kthreadd";

    /// <summary>By task, the CPU plus one; 0 for none. Null if no task has one.</summary>
    public static ushort[]? Of(EventTable events, TaskLives lives)
    {
        int kthreadd = -1;
        for (int comm = 0; comm < events.CommNames.Count; comm++)
        {
            if (events.CommNames.Names[comm] == Kthreadd)
                kthreadd = comm;
        }

        if (kthreadd < 0)
            return null;
        ushort[] cpuOfComm = [.. events.CommNames.Names.Select(comm => CpuOf(comm, events.Facts.Cpus))];
        ushort[] hints = new ushort[events.Facts.Tasks];
        bool hasHint = false;
        for (int row = 0; row < events.Count; row++)
        {
            int task = events.Tasks[row];
            if (task < 0 || cpuOfComm[events.Comms[row]] == 0)
                continue;
            int birth = lives.BirthRow[task];
            if (birth < 0 || events.Comms[birth] != kthreadd)
                continue;
            hints[task] = cpuOfComm[events.Comms[row]];
            hasHint = true;
        }

        return hasHint ? hints : null;
    }

    private static ushort CpuOf(string comm, int cpus) =>
        CpuThread().Match(comm) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu)
        && cpu < cpus
            ? (ushort)(cpu + 1)
            : (ushort)0;

    [GeneratedRegex("^(?:kworker|cpuhp|ksoftirqd|migration|rcuc|irq_work|backlog_napi|idle_inject|watchdog)/([0-9]+)(?::.*)?$")]
    private static partial Regex CpuThread();
}

namespace ForkTrace.Replay.Ledger;

/// <summary>
/// In which cgroup each task is, as far as the trace has said by now, and in which it was forked: that of its parent, which is charged for
/// its stack (memcg_charge_kernel_stack charges the running task's, v4.20 to v6.18). A child begins in its parent's (cgroup_fork).
/// </summary>
/// <param name="tasks">Number of tasks.</param>
/// <param name="processes">By task, the first thread of its process; -1 where unknown. Filled in as the trace is read.</param>
internal sealed class TaskCgroups(int tasks, int[] processes)
{
    // CLONE_INTO_CGROUP (include/uapi/linux/sched.h, v5.7): the new task begins in a cgroup that no event names.
    private const long CloneIntoCgroup = 0x2_0000_0000;
    private readonly int[] _own = new int[tasks];
    private readonly int[] _atFork = new int[tasks];

    /// <summary>Index of the cgroup in which the task was forked; 0 where unknown, and for failed forks.</summary>
    public int AtFork(int task) => task < _atFork.Length ? _atFork[task] : 0;

    /// <summary>The cgroups of forks, by other numbers of tasks.</summary>
    public TaskCgroups BySlot(int[] slots, int count, int[] processesBySlot)
    {
        TaskCgroups placed = new(count, processesBySlot);
        for (int task = 0; task < slots.Length; task++)
        {
            if (slots[task] >= 0)
                placed._atFork[slots[task]] = _atFork[task];
        }

        return placed;
    }

    /// <summary>A task is forked; its process is known by now.</summary>
    public void Fork(int task, int parent, long cloneFlags)
    {
        if (parent < 0)
            return;
        _atFork[task] = Of(parent);

        // A new thread follows its process, unless its parent was moved apart from that (threaded cgroups).
        bool isThread = processes[task] >= 0 && processes[task] != task;
        if (isThread)
            _own[task] = processes[task] == parent ? 0 : _own[parent];
        else
            _own[task] = (cloneFlags & CloneIntoCgroup) == 0 ? _atFork[task] : 0;
    }

    /// <summary>
    /// A task is in that cgroup from now on. cgroup_attach_task moves all threads of a process by one event, of its first thread.
    /// </summary>
    public void Move(int task, int cgroup) => _own[task] = cgroup;

    private int Of(int task) => _own[task] != 0 || processes[task] < 0 ? _own[task] : _own[processes[task]];
}

namespace ForkTrace.Replay.Ledger;

/// <summary>
/// The cgroup of each task, as far as the trace has shown it so far, and the cgroup in which it was forked. The latter is its parent's,
/// which is charged for the stack (memcg_charge_kernel_stack charges that of the running task, v4.20 to v6.18). A child starts in its
/// parent's cgroup (cgroup_fork).
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

    /// <summary>The cgroups of forks, with tasks renumbered.</summary>
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

    /// <summary>A task is forked. Its process is known at this time.</summary>
    public void Fork(int task, int parent, long cloneFlags)
    {
        if (parent < 0)
            return;
        _atFork[task] = Of(parent);

        // A new thread is in the cgroup of its process, unless its parent was moved away from it (threaded cgroups).
        bool isThread = processes[task] >= 0 && processes[task] != task;
        if (isThread)
            _own[task] = processes[task] == parent ? 0 : _own[parent];
        else
            _own[task] = (cloneFlags & CloneIntoCgroup) == 0 ? _atFork[task] : 0;
    }

    /// <summary>
    /// Moves a task to that cgroup. For a process, cgroup_attach_task moves all threads and emits one event, for the first thread.
    /// </summary>
    public void Move(int task, int cgroup) => _own[task] = cgroup;

    private int Of(int task) => _own[task] != 0 || processes[task] < 0 ? _own[task] : _own[processes[task]];
}

namespace ForkTrace.Replay.Ledger;

/// <summary>
/// What a trace says about its tasks apart from their stacks: comm and cgroup at the fork, and process. By task id; failed forks have ids
/// beyond these.
/// </summary>
internal sealed class TaskTraits
{
    // CLONE_THREAD (include/uapi/linux/sched.h): the new task is a thread of its parent's process.
    private const long CloneThread = 0x10000;
    private readonly int[] _comms;
    private readonly int[] _processes;
    private readonly TaskCgroups? _cgroups;

    private TaskTraits(TaskTraits other, int[] comms, int[] processes, TaskCgroups? cgroups)
    {
        _comms = comms;
        _processes = processes;
        _cgroups = cgroups;
        Names = other.Names;
        Cgroups = other.Cgroups;
    }

    private TaskTraits(EventTable events)
    {
        _comms = new int[events.Facts.Tasks];
        _processes = new int[events.Facts.Tasks];
        _cgroups = events.Facts.Cgroups.Length > 1 ? new TaskCgroups(events.Facts.Tasks, _processes) : null;
        Names = events.CommNames.Names;
        Cgroups = events.Facts.Cgroups;
        Array.Fill(_processes, -1);
    }

    /// <summary>Names of tasks; the first is "", for unknown.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Paths of cgroups; the first is "", for unknown.</summary>
    public ImmutableArray<string> Cgroups { get; }

    /// <summary>True if the trace gives the cgroup of any task.</summary>
    public bool HasCgroups => _cgroups is not null;

    /// <summary>Index of the task's name when it was forked; 0 where unknown.</summary>
    public int CommOf(int task) => task < _comms.Length ? _comms[task] : 0;

    /// <summary>Index of the cgroup in which the task was forked; 0 where unknown.</summary>
    public int CgroupOf(int task) => _cgroups?.AtFork(task) ?? 0;

    /// <summary>A number for the task's process, the same for all of its threads; -1 if the trace does not tell it.</summary>
    public int ProcessOf(int task) => task < _processes.Length ? _processes[task] : -1;

    /// <summary>The same traits, with tasks renumbered.</summary>
    /// <param name="slots">By task: its new number; below 0 for none.</param>
    /// <param name="count">New numbers are below it.</param>
    public TaskTraits BySlot(int[] slots, int count)
    {
        int[] comms = new int[count], processes = new int[count];
        Array.Fill(processes, -1);
        for (int task = 0; task < slots.Length; task++)
        {
            if (slots[task] < 0)
                continue;
            comms[slots[task]] = _comms[task];
            processes[slots[task]] = _processes[task];
        }

        return new TaskTraits(this, comms, processes, _cgroups?.BySlot(slots, count, processes));
    }

    public static TaskTraits Of(EventTable events)
    {
        TaskTraits traits = new(events);
        bool[] hasBirth = new bool[events.Facts.Tasks];
        for (int row = 0; row < events.Count; row++)
        {
            int task = events.Tasks[row];
            EventKind kind = events.Kinds[row];
            if (task < 0)
                continue;
            if (kind is EventKind.NewTask or EventKind.Fork && !hasBirth[task])
            {
                hasBirth[task] = true;
                traits._comms[task] = events.Comms[row];
                long cloneFlags = kind == EventKind.NewTask ? events.Values[row] : 0;
                if (kind == EventKind.NewTask)
                    traits._processes[task] = traits.ProcessOfNew(task, events.Others[row], cloneFlags);
                traits._cgroups?.Fork(task, events.Others[row], cloneFlags);
            }
            else if (kind == EventKind.Cgroup)
                traits._cgroups?.Move(task, (int)events.Values[row]);
        }

        return traits;
    }

    private int ProcessOfNew(int task, int parent, long cloneFlags)
    {
        if ((cloneFlags & CloneThread) == 0)
            return task;
        if (parent < 0)
            return -1;

        // If the parent is older than the recording, it stands for its process as the first known thread.
        if (_processes[parent] < 0)
            _processes[parent] = parent;
        return _processes[parent];
    }
}

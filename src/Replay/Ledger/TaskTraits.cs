namespace ForkTrace.Replay.Ledger;

/// <summary>What a trace says of its tasks beside their stacks: name at fork, process. By task id; failed forks are past the end.</summary>
internal sealed class TaskTraits
{
    // CLONE_THREAD (include/uapi/linux/sched.h): the new task is a thread of its parent's process.
    private const long CloneThread = 0x10000;
    private readonly int[] _comms;
    private readonly int[] _processes;

    private TaskTraits(int[] comms, int[] processes, CommTable names)
    {
        _comms = comms;
        _processes = processes;
        Names = names;
    }

    public CommTable Names { get; }

    /// <summary>Index of the task's name when it was forked; 0 where unknown.</summary>
    public int CommOf(int task) => task < _comms.Length ? _comms[task] : 0;

    /// <summary>A number for the task's process, the same for all of its threads; -1 where the trace does not tell.</summary>
    public int ProcessOf(int task) => task < _processes.Length ? _processes[task] : -1;

    public static TaskTraits Of(EventTable events)
    {
        int[] comms = new int[events.Facts.Tasks];
        int[] processes = new int[events.Facts.Tasks];
        bool[] hasBirth = new bool[events.Facts.Tasks];
        Array.Fill(processes, -1);
        for (int row = 0; row < events.Count; row++)
        {
            int task = events.Tasks[row];
            if (task < 0 || events.Kinds[row] is not (EventKind.NewTask or EventKind.Fork) || hasBirth[task])
                continue;
            hasBirth[task] = true;
            comms[task] = events.Comms[row];
            if (events.Kinds[row] == EventKind.NewTask)
                processes[task] = ProcessOf(task, events.Others[row], events.Values[row], processes);
        }

        return new TaskTraits(comms, processes, events.CommNames);
    }

    private static int ProcessOf(int task, int parent, long cloneFlags, int[] processes)
    {
        if ((cloneFlags & CloneThread) == 0)
            return task;
        if (parent < 0)
            return -1;

        // A parent from before the recording stands for its process from its first thread on.
        if (processes[parent] < 0)
            processes[parent] = parent;
        return processes[parent];
    }
}

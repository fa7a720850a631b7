namespace ForkTrace.Events.Synthesis;

/// <summary>
/// A build server. Each CPU has several <c>make</c> processes, which existed before the recording. A make runs one recipe after the other:
/// a sh, which may run cc once or twice, which runs as. Every process is forked, works, exits as a zombie, and is reaped by the parent,
/// which waits for it. There are six rows per fork: task_struct allocated, task created, wait of the parent, exit, final switch, free.
/// <para>
/// Recipes begin at random, at a rate that varies over the day. A recipe that takes long delays the next ones of its make. The working time
/// of a process is drawn from a Pareto distribution with a cap. A callback runs on the CPU where its task was reaped, in a batch, after one
/// to two grace periods. All of these numbers are assumed, not measured. CPUs are not scheduled: tasks of one CPU overlap.
/// </para>
/// <para>Memory grows with the number of living tasks, at most four per make, and with the number of waiting callbacks.</para>
/// </summary>
internal sealed class BuildSource : RowSource
{
    private const int MakesOfCpu = 16;
    private const double DayNs = 86_400e9;
    private const double DaySwing = 0.75;
    private const double MeanForks = (0.3 * 1) + (0.5 * 3) + (0.2 * 5);

    // Working times: Pareto distribution from one period per CPU, with tail exponent 1.5 (mean: 3 periods).
    private const double TailOf = 1.5;
    private const double LongestPeriods = 1000;

    // A process works for this share of its time before each child.
    private const int ShareBeforeChild = 4;

    private const long TaskBytes = 6000;
    private const long CloneFlags = 0x1200000; // CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID: fork() of the C library.
    private const byte Make = 1, Shell = 2, Compiler = 3, Assembler = 4;

    private readonly SyntheticLoad _load;
    private readonly ulong _seed;
    private readonly long _stepNs;
    private readonly long _freeStepNs;
    private readonly TimeHeap _heap = new();
    private readonly double[] _recipeNs;
    private readonly FreeQueue[] _frees;
    private readonly Stack<int> _unused = [];
    private Process[] _processes;
    private ulong _drawn;
    private long _order;
    private int _nextTask;
    private int _left;

    public BuildSource(SyntheticLoad load)
    {
        _load = load;
        _seed = (ulong)load.Seed;
        _left = load.Forks;
        _stepNs = Math.Max(1, load.PeriodNs / 200);
        _freeStepNs = Math.Clamp(load.GracePeriodNs / 1000, 1, 2000);
        _nextTask = Makes(load.Cpus);
        _recipeNs = new double[_nextTask];
        _processes = new Process[2 * _nextTask];
        _frees = new FreeQueue[load.Cpus];
        for (int cpu = 0; cpu < load.Cpus; cpu++)
            _frees[cpu] = new FreeQueue();
        for (int slot = _processes.Length - 1; slot >= _nextTask; slot--)
            _unused.Push(slot);
        for (int make = 0; make < _nextTask; make++)
        {
            _processes[make] = new Process { Task = make, Cpu = make % load.Cpus, Comm = Make, Parent = -1 };
            if (NextRecipe(make, 0) is >= 0 and long timeNs)
                _heap.Push(timeNs, _order++, make);
        }
    }

    /// <summary>The names of the processes.</summary>
    public static CommTable Comms { get; } = new(["", "make", "sh", "cc", "as"]);

    /// <summary>Number of processes that exist before the recording.</summary>
    public static int Makes(int cpus) => MakesOfCpu * cpus;

    public override int Fill(Span<SyntheticRow> rows)
    {
        int count = 0;
        for (; count < rows.Length && _heap.Count > 0; count++)
        {
            int item = _heap.Least;
            if (item >= 0)
                Advance(item, _heap.LeastNs, out rows[count]);
            else
                Free(~item, _heap.LeastNs, out rows[count]);
        }

        return count;
    }

    private void Advance(int slot, long nowNs, out SyntheticRow row)
    {
        ref Process process = ref _processes[slot];
        switch (process.Next)
        {
            case Step.Allocate:
                row = new SyntheticRow(nowNs, process.Cpu, EventKind.TaskAlloc, process.Task, -1, TaskBytes, process.Comm);
                GoOn(ref process, slot, Step.Fork, nowNs + _stepNs);
                break;
            case Step.Fork:
                Fork(slot, nowNs, out row);
                break;
            case Step.Wait:
                row = new SyntheticRow(nowNs, process.Cpu, EventKind.Wait, process.Task, process.Child, 0, process.Comm);
                _heap.Pop();
                break;
            case Step.Exit:
                row = new SyntheticRow(nowNs, process.Cpu, EventKind.Exit, process.Task, -1, 1, process.Comm);
                GoOn(ref process, slot, Step.Die, nowNs + _stepNs);
                break;
            default:
                row = new SyntheticRow(nowNs, process.Cpu, EventKind.DeathSwitch, process.Task, -1, StateZombie, process.Comm);
                _heap.Pop();
                Reap(process, nowNs + _stepNs);
                _unused.Push(slot);
                break;
        }
    }

    private void GoOn(ref Process process, int slot, Step next, long timeNs)
    {
        process.Next = next;
        _heap.ReplaceLeast(timeNs, _order++, slot);
    }

    // The child runs after its parent waits.
    private void Fork(int slot, long nowNs, out SyntheticRow row)
    {
        if (_unused.Count == 0)
            Grow();
        int childSlot = _unused.Pop();
        ref Process parent = ref _processes[slot];
        ref Process child = ref _processes[childSlot];
        int children = parent.Comm switch { Make => parent.Recipe, Shell => 1, _ => 0 };
        double periods = Math.Min(LongestPeriods, Math.Pow(1 - Draw(), -1 / TailOf));
        child = new Process
        {
            Task = _nextTask++,
            Parent = slot,
            Cpu = Draw() < 0.5 ? parent.Cpu : (int)(Draw() * _load.Cpus),
            Comm = (byte)(parent.Comm + 1),
            Children = children,
            WorkNs = (long)(periods * _load.PeriodNs),
            Next = children > 0 ? Step.Allocate : Step.Exit,
        };
        parent.Child = child.Task;
        row = new SyntheticRow(nowNs, parent.Cpu, EventKind.NewTask, child.Task, parent.Task, CloneFlags, parent.Comm);
        GoOn(ref parent, slot, Step.Wait, nowNs + _stepNs);
        _heap.Push(nowNs + (3 * _stepNs) + (children > 0 ? child.WorkNs / ShareBeforeChild : child.WorkNs), _order++, childSlot);
    }

    // The parent is woken, and may move to the CPU where its child died.
    private void Reap(in Process child, long nowNs)
    {
        ref Process parent = ref _processes[child.Parent];
        if (Draw() < 0.25)
            parent.Cpu = child.Cpu;
        QueueFree(parent.Cpu, child, nowNs);
        parent.Next = Step.Allocate;
        long timeNs;
        if (parent.Comm == Make)
        {
            timeNs = NextRecipe(child.Parent, nowNs + _stepNs);
        }
        else if (--parent.Children > 0)
        {
            timeNs = nowNs + _stepNs + (parent.WorkNs / ShareBeforeChild);
        }
        else
        {
            parent.Next = Step.Exit;
            timeNs = nowNs + _stepNs + parent.WorkNs;
        }

        if (timeNs >= 0)
            _heap.Push(timeNs, _order++, child.Parent);
    }

    // When a make begins its next recipe, not before now; -1 if all forks are planned.
    private long NextRecipe(int make, long nowNs)
    {
        if (_left == 0)
            return -1;
        double kind = Draw();
        int recipe = kind < 0.3 || _left < 3 ? 0 : kind < 0.8 || _left < 5 ? 1 : 2;
        _left -= 1 + (2 * recipe);
        _processes[make].Recipe = recipe;
        double meanNs = MakesOfCpu * MeanForks * _load.PeriodNs / (1 + (DaySwing * Math.Sin(2 * Math.PI * nowNs / DayNs)));
        _recipeNs[make] -= meanNs * Math.Log(1 - Draw());
        return Math.Max(nowNs, (long)_recipeNs[make]);
    }

    private void QueueFree(int cpu, in Process reaped, long nowNs)
    {
        long periodNs = _load.GracePeriodNs;
        long dueNs = (((nowNs / periodNs) + 2) * periodNs) + (cpu * 37_003L % Math.Max(1, periodNs / 4));
        FreeQueue queue = _frees[cpu];
        if (queue.Waiting.Count == 0)
            _heap.Push(Math.Max(dueNs, queue.LastNs + _freeStepNs), _order++, ~cpu);
        queue.Waiting.Enqueue((dueNs, reaped.Task, reaped.Comm));
    }

    private void Free(int cpu, long nowNs, out SyntheticRow row)
    {
        FreeQueue queue = _frees[cpu];
        (_, int task, byte comm) = queue.Waiting.Dequeue();
        row = new SyntheticRow(nowNs, cpu, EventKind.Free, task, -1, 0, comm);
        queue.LastNs = nowNs;
        if (queue.Waiting.TryPeek(out (long DueNs, int Task, byte Comm) next))
            _heap.ReplaceLeast(Math.Max(next.DueNs, nowNs + _freeStepNs), _order++, ~cpu);
        else
            _heap.Pop();
    }

    private double Draw() => Randomness.Uniform(_seed, _drawn++);

    private void Grow()
    {
        int count = _processes.Length;
        Array.Resize(ref _processes, 2 * count);
        for (int slot = _processes.Length - 1; slot >= count; slot--)
            _unused.Push(slot);
    }

    // The next step of a process. Die: its last switch.
    private enum Step : byte
    {
        Allocate,
        Fork,
        Wait,
        Exit,
        Die,
    }

    private sealed class FreeQueue
    {
        public Queue<(long DueNs, int Task, byte Comm)> Waiting { get; } = [];

        public long LastNs { get; set; }
    }

    // Parent: its slot. Child: the task that it waits for. Children: number still to be forked. Recipe: how many cc the make's sh will run.
    private struct Process
    {
        public long WorkNs;
        public int Task;
        public int Parent;
        public int Cpu;
        public int Child;
        public int Children;
        public int Recipe;
        public byte Comm;
        public Step Next;
    }
}

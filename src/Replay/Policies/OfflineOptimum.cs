namespace ForkTrace.Replay.Policies;

/// <summary>
/// Which stacks to keep so that as many forks as possible hit, if stacks stay on the CPU where they became free, and caches never contain
/// more than a budget of stacks.
/// <para>
/// Keeping a stack is useful only from its release to the fork that takes it. Stacks of a CPU are alike, so the fork can take the one
/// released last: in any solution, swapping the stacks of two overlapping intervals, or the forks of two nested ones, keeps the number of
/// hits and only shortens intervals. So pair each fork with the last release before it that no other fork has taken. Of these intervals,
/// choose as many as possible such that at most a budget of them overlap at any point. The optimum is to go through time and, whenever
/// there are too many, to give up the one that ends last (Carlisle and Lloyd 1995). This is Belady's rule.
/// </para>
/// </summary>
public sealed class OfflineOptimum
{
    private readonly bool[] _isHit;
    private readonly bool[] _isKept;

    private OfflineOptimum(int tasks)
    {
        _isHit = new bool[tasks];
        _isKept = new bool[tasks];
    }

    /// <summary>True if the task's fork finds a stack.</summary>
    public bool IsHit(int task) => _isHit[task];

    /// <summary>True if the dead task's stack is worth keeping.</summary>
    public bool IsKept(int task) => _isKept[task];

    /// <summary>The optimum of a trace under a budget in stacks. Takes O(n log n).</summary>
    public static OfflineOptimum Of(StackOperations operations, long budget)
    {
        ArgumentNullException.ThrowIfNull(operations);
        OfflineOptimum optimum = new(operations.Tasks);
        int[] takerOfRelease = Pair(operations);
        ReadOnlySpan<StackOperationKind> kinds = operations.Kinds;
        ReadOnlySpan<int> tasks = operations.TaskIds;
        PriorityQueue<int, int> latestFirst = new();
        long kept = 0;
        for (int index = 0; index < kinds.Length; index++)
        {
            int task = tasks[index];
            if (kinds[index] == StackOperationKind.Allocate)
            {
                kept -= optimum._isHit[task] ? 1 : 0;
            }
            else if (kinds[index] == StackOperationKind.Release && takerOfRelease[index] >= 0)
            {
                optimum.Choose(task, tasks[takerOfRelease[index]], true);
                latestFirst.Enqueue(index, -takerOfRelease[index]);
                if (++kept <= budget)
                    continue;
                int givenUp = latestFirst.Dequeue();
                optimum.Choose(tasks[givenUp], tasks[takerOfRelease[givenUp]], false);
                kept--;
            }
        }

        return optimum;
    }

    private void Choose(int releasedTask, int forkedTask, bool isChosen) => _isKept[releasedTask] = _isHit[forkedTask] = isChosen;

    // For each release, the index of the fork that takes its stack if everything is kept and forks take the latest stack; -1 for none.
    private static int[] Pair(StackOperations operations)
    {
        int[] taker = new int[operations.Count];
        int[] below = new int[operations.Count];
        int[] latest = new int[operations.CpuCount];
        Array.Fill(taker, -1);
        Array.Fill(latest, -1);
        ReadOnlySpan<StackOperationKind> kinds = operations.Kinds;
        ReadOnlySpan<ushort> cpus = operations.Cpus;
        for (int index = 0; index < kinds.Length; index++)
        {
            ref int top = ref latest[cpus[index]];
            switch (kinds[index])
            {
                case StackOperationKind.Release:
                    below[index] = top;
                    top = index;
                    break;
                case StackOperationKind.Allocate when top >= 0:
                    taker[top] = index;
                    top = below[top];
                    break;
                case StackOperationKind.LostEvents:
                    // It is unknown whether a stack from before is still there.
                    top = -1;
                    break;
            }
        }

        return taker;
    }
}

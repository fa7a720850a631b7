namespace ForkTrace.Replay.Ledger;

/// <summary>What the books must know of a policy to count for it.</summary>
/// <param name="Return">When it lets go of a dead task's stack.</param>
public abstract record StackRules(StackReturn Return)
{
    /// <summary>Whose forks a dead task's stack can serve.</summary>
    public StackReach Reach { get; init; } = StackReach.Cpu;

    /// <summary>What is done to stacks besides; the cost model prices it.</summary>
    public StackWork Work { get; init; }

    /// <summary>
    /// True if a CPU's cache is emptied when the CPU goes offline. Else what is cached stays until the CPU is back.
    /// </summary>
    public bool FlushesOffline { get; init; }

    /// <summary>True if cached stacks move between caches, so that what each CPU has cached is not known from hits and puts.</summary>
    public bool MovesCached { get; init; }

    /// <summary>
    /// True if what happens on one CPU may change the cache of any other: then events lost on one leave it unknown what each holds. So it
    /// is wherever a stack returns to the CPU that forked its task.
    /// </summary>
    public bool SpansCpus
    {
        get => field || Reach == StackReach.ForkingCpu;
        init;
    }
}

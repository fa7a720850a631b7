namespace ForkTrace.Ingest.Tracepoints;

/// <summary>What a user's probe says of the kernel's stack cache.</summary>
public enum ProbeMeaning
{
    /// <summary>The thread mapped a new stack for the task that it forks: a miss.</summary>
    StackMapped,

    /// <summary>The thread took a stack from the CPU's cache for the task that it forks: a hit.</summary>
    StackCached,

    /// <summary>The last reference to a task's stack was dropped on this CPU.</summary>
    StackReleased,

    /// <summary>The stack that was released last on this CPU was handed to call_rcu.</summary>
    CallbackQueued,

    /// <summary>The callback of the stack that was queued first on this CPU ran.</summary>
    CallbackRan,
}

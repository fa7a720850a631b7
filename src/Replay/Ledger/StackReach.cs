namespace ForkTrace.Replay.Ledger;

/// <summary>Whose later forks a stack can serve once its task is dead: what misses are told apart by.</summary>
public enum StackReach
{
    /// <summary>Forks on the CPU where the task died (or where its RCU callback ran): every kernel so far.</summary>
    Cpu = 0,

    /// <summary>Forks on the CPU that forked the task.</summary>
    ForkingCpu = 1,

    /// <summary>Forks on CPUs that share a last-level cache with it.</summary>
    LastLevelCache = 2,

    /// <summary>Forks on any CPU.</summary>
    Machine = 3,

    /// <summary>Forks on CPUs of its memory node.</summary>
    Node = 4,
}

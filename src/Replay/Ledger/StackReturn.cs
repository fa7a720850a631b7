namespace ForkTrace.Replay.Ledger;

/// <summary>When a policy lets go of a dead task's stack.</summary>
public enum StackReturn
{
    /// <summary>At the final switch away from the task.</summary>
    FinalSwitch,

    /// <summary>With the task_struct, after an RCU grace period.</summary>
    TaskFree,

    /// <summary>By an RCU callback of its own, queued at the final switch.</summary>
    OwnCallback,
}

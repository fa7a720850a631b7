namespace ForkTrace.Replay.Ledger;

/// <summary>Where the stack of a task is. A stack is in one place at a time.</summary>
public enum StackPlace : byte
{
    /// <summary>The task has no stack yet, or gave it up before the recording began.</summary>
    None = 0,

    /// <summary>With the task.</summary>
    Live = 1,

    /// <summary>Queued for an RCU callback, or kept with the dead task_struct until it is freed.</summary>
    WaitingForRcu = 2,

    /// <summary>Given up: into a cache or back to the system. The task has no claim on it any more.</summary>
    GivenUp = 3,
}

using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Replay.Ledger;

/// <summary>The state of one task's stack in the books. Four bytes together, because every operation touches them at random.</summary>
internal struct StackState
{
    // 0 if unknown, else the CPU + 1.
    private ushort _forkCpu;

    public StackPlace Place;

    public AllocationOutcome Outcome;

    /// <summary>Where a task's stack is when the recording begins.</summary>
    public static StackPlace PlaceAtStart(TaskBeginning beginning, StackReturn stackReturn) => beginning switch
    {
        TaskBeginning.Existed => StackPlace.Live,
        TaskBeginning.WasDead when stackReturn is StackReturn.TaskFree or StackReturn.StructFree => StackPlace.WaitingForRcu,
        _ => StackPlace.None,
    };

    /// <summary>The CPU that forked the task; -1 if that was before the recording.</summary>
    public int ForkCpu
    {
        readonly get => _forkCpu - 1;
        set => _forkCpu = (ushort)(value + 1);
    }
}

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

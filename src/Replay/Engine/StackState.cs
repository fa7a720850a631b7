using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Engine;

/// <summary>What the books hold of one task's stack: four bytes together, since every operation touches them at random.</summary>
internal struct StackState
{
    // 0: unknown, else the CPU + 1.
    private ushort _forkCpu;

    public StackPlace Place;

    public AllocationOutcome Outcome;

    /// <summary>The CPU that forked the task; -1 where that was before the recording.</summary>
    public int ForkCpu
    {
        readonly get => _forkCpu - 1;
        set => _forkCpu = (ushort)(value + 1);
    }
}

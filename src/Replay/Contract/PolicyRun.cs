using ForkTrace.Replay.Ledger;

namespace ForkTrace.Replay.Contract;

/// <summary>One replay of a trace's operations under one policy, from its start on.</summary>
public abstract class PolicyRun
{
    /// <summary>Fills the policy's caches as far as they go. Only before the first operation.</summary>
    public abstract void Fill(StackLedger ledger);

    /// <summary>Moves the clock to a time before the next operation's; timers that are due until then run.</summary>
    public abstract void AdvanceTo(StackLedger ledger, long timeNs);

    /// <summary>Replays the operations from one index up to another. Calls must follow each other without a gap.</summary>
    public abstract void Replay(StackLedger ledger, int from, int to);
}

using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Results;

namespace ForkTrace.TestKit;

/// <summary>Compares a replay with the policy's slow twin: the result of each fork, and the cached and freed stacks.</summary>
public static class TwinCheck
{
    /// <summary>Throws if they differ, or if the replay moved a stack that did not exist.</summary>
    public static void Require(StackOperations operations, PolicySelection selection, MachineShape machine, bool startFull = false)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(selection);
        StackOperations seen = new ReplayContext(operations, machine, ReplayConditions.Default).OperationsOf(selection.Policy.Descriptor);
        SlowKernel twin = SlowKernel.Replay(seen, selection.Policy.Descriptor.Name, selection.Arguments.Values, machine, startFull);
        (StackLedger ledger, MemoryUse memory) = Replays.Ledger(operations, selection.ToString(), machine, startFull);
        int fork = 0;
        for (int index = 0; index < operations.Count; index++)
        {
            if (operations.Kinds[index] != StackOperationKind.Allocate)
                continue;
            bool isHit = ledger.OutcomeOf(operations.TaskIds[index]) == AllocationOutcome.Hit;
            if (fork >= twin.Outcomes.Count || twin.Outcomes[fork] != isHit)
                throw new InvalidOperationException($"{selection}: fork {fork} {(isHit ? "hits" : "misses")}, but not in the twin");
            fork++;
        }

        long bytes = selection.Policy.BytesOfStack(selection.Arguments, machine);
        RequireEqual(selection, "impossible moves of stacks", 0, ledger.Breaches);
        RequireEqual(selection, "forks", twin.Outcomes.Count, fork);
        RequireEqual(selection, "hits", twin.Outcomes.Count(hit => hit), ledger.Hits);
        RequireEqual(selection, "freed stacks", twin.Freed, ledger.Freed);
        RequireEqual(selection, "bytes cached at the peak", twin.PeakCached * bytes, memory.Cached.PeakBytes);
        RequireEqual(selection, "bytes cached at the end", twin.Cached * bytes, memory.Cached.EndBytes);
    }

    private static void RequireEqual(PolicySelection selection, string what, long ofTwin, long found)
    {
        if (ofTwin != found)
            throw new InvalidOperationException($"{selection}: {found} {what}, {ofTwin} in the twin");
    }
}

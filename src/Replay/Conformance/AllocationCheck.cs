using ForkTrace.Events.Synthesis;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;

namespace ForkTrace.Replay.Conformance;

/// <summary>Operations allocate no managed memory.</summary>
internal static class AllocationCheck
{
    private const int Rounds = 3;

    public static void Require(PolicyEntry policy)
    {
        StackOperations operations = LifecycleBuilder.Build(RandomLoad.Make(2, 20_000, 4).ToTable());
        PolicySelection selection = ConformanceReplay.Select(policy);
        ReplayContext context = ConformanceReplay.Windowless(operations);
        long least = long.MaxValue;

        // What happens once, when code first runs, is no allocation of an operation.
        for (int round = 0; round < Rounds; round++)
        {
            StackLedger ledger = new(context, policy.Descriptor);
            PolicyRun run = policy.Begin(operations, context.Machine, selection.Arguments);
            run.Replay(ledger, 0, operations.Count / 4);
            long before = GC.GetAllocatedBytesForCurrentThread();
            run.Replay(ledger, operations.Count / 4, operations.Count);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // The queue of vfrees doubles when its load does.
        bool hasQueue = policy.Descriptor.Work.HasFlag(StackWork.DeferredVfree);
        long mostBytes = hasQueue ? operations.Count / 4 : 0;
        ConformanceSuite.Require(
            least <= mostBytes, $"{operations.Count * 3 / 4} operations allocate {least} bytes, but may {mostBytes}");
    }
}

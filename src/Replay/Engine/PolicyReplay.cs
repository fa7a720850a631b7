namespace ForkTrace.Replay.Engine;

/// <summary>One policy over all operations of a trace.</summary>
public static class PolicyReplay
{
    /// <summary>Replays a policy, from empty caches or from full ones. The books are left open.</summary>
    public static StackLedger Run(ReplayContext context, PolicySelection selection, bool startFull = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(selection);
        PolicyEntry policy = selection.Policy;
        StackLedger ledger = new(context, policy.Descriptor, policy.BytesOfStack(selection.Arguments, context.Machine)) { StartsFull = startFull };
        StackOperations operations = context.OperationsOf(policy.Descriptor);
        int warmupEnd = context.WarmupEndOf(operations);
        PolicyRun run = policy.Begin(operations, context.Machine, selection.Arguments);
        if (startFull)
            run.Fill(ledger);
        run.Replay(ledger, 0, warmupEnd);
        if (context.HasWarmup)
        {
            run.AdvanceTo(ledger, context.WarmupEndNs);
            ledger.EndWarmup(context.WarmupEndNs);
        }

        run.Replay(ledger, warmupEnd, operations.Count);
        return ledger;
    }
}

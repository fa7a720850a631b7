using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Engine;

/// <summary>The loop over a trace's operations, made anew by the JIT for each policy struct: no interface call, no allocation.</summary>
public static class ReplayLoop
{
    /// <summary>Replays all operations under the policy.</summary>
    public static void Run<TPolicy>(TPolicy policy, StackOperations operations, StackLedger ledger)
        where TPolicy : struct, IStackPolicy<TPolicy>
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(ledger);
        ReadOnlySpan<long> timesNs = operations.TimesNs;
        ReadOnlySpan<StackOperationKind> kinds = operations.Kinds[..timesNs.Length];
        ReadOnlySpan<ushort> cpus = operations.Cpus[..timesNs.Length];
        ReadOnlySpan<int> tasks = operations.TaskIds[..timesNs.Length];
        for (int index = 0; index < timesNs.Length; index++)
        {
            ledger.AdvanceTo(timesNs[index]);
            switch (kinds[index])
            {
                case StackOperationKind.Allocate:
                    policy.Allocate(ledger, cpus[index], tasks[index]);
                    break;
                case StackOperationKind.Release:
                    policy.Release(ledger, cpus[index], tasks[index]);
                    break;
                case StackOperationKind.StackCallback:
                    policy.StackCallback(ledger, cpus[index], tasks[index]);
                    break;
                default:
                    policy.TaskFree(ledger, cpus[index], tasks[index]);
                    break;
            }
        }

        ledger.AdvanceTo(operations.LastNs);
    }
}

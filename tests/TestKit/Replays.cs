using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Results;

namespace ForkTrace.TestKit;

/// <summary>Short ways to replay one policy.</summary>
public static class Replays
{
    /// <summary>Names of all policies, without names that stand for another policy.</summary>
    public static ImmutableArray<string> AllPolicies { get; } =
        [.. PolicyCatalog.All.Where(policy => policy.Resolve is null).Select(policy => policy.Descriptor.Name)];

    public static CellResult Of(EventTable events, string policy, ulong seed = 0, int threads = 1) =>
        ReplayEngine.Run(events, Plan(policy).Under(conditions => conditions with { Seed = seed }) with { Threads = threads })[0];

    public static ReplayPlan Plan(params string[] policies) => new()
    {
        Policies = [.. policies.SelectMany(text => PolicySelection.ParseAll(text))],
    };

    /// <summary>A machine with two nodes, to which CPUs belong alternately, and two last-level caches, each with half of the
    /// CPUs.</summary>
    public static MachineShape Machine(StackOperations operations) => MachineShape.Of(
        operations.CpuCount,
        operations.Tasks,
        [.. Enumerable.Range(0, operations.CpuCount).Select(cpu => cpu % 2)],
        [.. Enumerable.Range(0, operations.CpuCount).Select(cpu => cpu * 2 / operations.CpuCount)]);

    /// <summary>The closed ledger and the memory after a whole replay.</summary>
    public static (StackLedger Ledger, MemoryUse Memory) Ledger(StackOperations operations, string policy, MachineShape? machine = null, bool startFull = false)
    {
        PolicySelection selection = PolicySelection.Parse(policy);
        machine ??= MachineShape.Of(operations.CpuCount, operations.Tasks, [], []);
        ReplayContext context = new(operations, machine, ReplayConditions.Default);
        StackLedger ledger = PolicyReplay.Run(context, selection, startFull);
        return (ledger, ledger.Close());
    }
}

using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Conformance;

/// <summary>Replays of one policy for checks, under the default cost model.</summary>
internal static class ConformanceReplay
{
    /// <summary>One selection of the policy: all defaults, or one parameter set.</summary>
    public static PolicySelection Select(PolicyEntry policy, string arguments = "") =>
        Single(PolicySelection.ParseAll(arguments.Length == 0 ? policy.Descriptor.Name : $"{policy.Descriptor.Name}:{arguments}", [policy]));

    public static ReplayPlan Plan(PolicyEntry policy, params string[] texts) => new()
    {
        Policies = [.. texts.SelectMany(text => PolicySelection.ParseAll(text, [policy]))],
    };

    public static CellResult Run(EventTable events, PolicyEntry policy) =>
        ReplayEngine.Run(events, Plan(policy, policy.Descriptor.Name) with { Threads = 1 })[0];

    /// <summary>The closed books after a whole replay.</summary>
    public static (StackLedger Ledger, MemoryUse Memory) Close(
        StackOperations operations, PolicySelection selection, MachineShape machine, bool startFull = false)
    {
        StackLedger ledger = PolicyReplay.Run(new ReplayContext(operations, machine, ReplayConditions.Default), selection, startFull);
        return (ledger, ledger.Close());
    }

    /// <summary>A machine of one node and one cache.</summary>
    public static MachineShape Plain(StackOperations operations) => MachineShape.Of(operations.CpuCount, operations.Tasks, [], []);

    /// <summary>Two nodes whose CPUs alternate; two last-level caches, each with half of the CPUs.</summary>
    public static MachineShape Divided(StackOperations operations) => MachineShape.Of(
        operations.CpuCount,
        operations.Tasks,
        [.. Enumerable.Range(0, operations.CpuCount).Select(cpu => cpu % 2)],
        [.. Enumerable.Range(0, operations.CpuCount).Select(cpu => cpu * 2 / operations.CpuCount)]);

    /// <summary>A context in which a replay closes no window, since closing one might grow the list of windows.</summary>
    public static ReplayContext Windowless(StackOperations operations) =>
        new(operations, Divided(operations), ReplayConditions.Default with { WindowNs = long.MaxValue / 4 });

    private static PolicySelection Single(ImmutableArray<PolicySelection> selections) =>
        selections.Length == 1 ? selections[0] : throw new ConformanceException($"expected one policy, found {selections.Length}");
}

using ForkTrace.Events.Synthesis;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Conformance;

/// <summary>
/// Checks that an operation on one CPU does not change the caches of others, unless the policy sets SpansCpus. The books of a policy that
/// moves stacks do not show this, so the check compares: it replays a load up to each operation, and once more including it, and compares
/// the caches of the other CPUs. Each CPU has its own memory node and last-level cache, so that no two share a depot.
/// </summary>
internal static class SpanCheck
{
    private const int Cpus = 3;
    private const int Forks = 120;

    public static void Require(PolicyEntry policy)
    {
        if (policy.Descriptor.SpansCpus || policy.Descriptor.Reach == StackReach.Machine)
            return;
        PolicySelection selection = ConformanceReplay.Select(policy);
        for (int seed = 50; seed < 53; seed++)
        {
            StackOperations operations = LifecycleBuilder.Build(RandomLoad.Make(seed, Forks, Cpus).ToTable());
            for (int index = 0; index < operations.Count; index++)
                RequireUntouched(operations, selection, index, seed);
        }
    }

    private static void RequireUntouched(StackOperations operations, PolicySelection selection, int index, int seed)
    {
        int actor = operations.Cpus[index];
        for (int cpu = 0; cpu < Cpus; cpu++)
        {
            if (cpu == actor)
                continue;
            long before = OwnAfter(operations, selection, index, cpu, isDone: false);
            long after = OwnAfter(operations, selection, index, cpu, isDone: true);
            ConformanceSuite.Require(
                before == after,
                $"random trace {seed}: an operation on CPU {actor} changed the cache of CPU {cpu} from {before} to {after} stacks: set SpansCpus");
        }
    }

    // Both replays have run the timers that are due at the operation's time.
    private static long OwnAfter(StackOperations operations, PolicySelection selection, int index, int cpu, bool isDone)
    {
        ImmutableArray<int> apart = [.. Enumerable.Range(0, operations.CpuCount)];
        MachineShape machine = MachineShape.Of(operations.CpuCount, operations.Tasks, apart, apart);
        StackLedger ledger = new(new ReplayContext(operations, machine, ReplayConditions.Default), selection.Policy.Descriptor);
        PolicyRun run = selection.Policy.Begin(operations, machine, selection.Arguments);
        run.Replay(ledger, 0, index);
        run.AdvanceTo(ledger, operations.TimesNs[index]);
        if (isDone)
            run.Replay(ledger, index, index + 1);
        return run.TakeOwn(cpu);
    }
}

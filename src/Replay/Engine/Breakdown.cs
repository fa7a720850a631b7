namespace ForkTrace.Replay.Engine;

/// <summary>Counts of outcomes by group: by CPU, comm or cgroup. Each group's counts lie together.</summary>
internal static class Breakdown
{
    public const int Kinds = (int)AllocationOutcome.Cold + 1;

    /// <summary>By CPU of the fork.</summary>
    public static ImmutableArray<CpuUse> ByCpu(ReplayContext context, StackLedger ledger)
    {
        long[] counts = new long[context.Machine.Cpus * Kinds];
        StackOperations operations = context.Operations;
        ReadOnlySpan<StackOperationKind> kinds = operations.Kinds;
        for (int index = context.WarmupEnd; index < kinds.Length; index++)
        {
            if (kinds[index] == StackOperationKind.Allocate)
                counts[(operations.Cpus[index] * Kinds) + (int)ledger.OutcomeOf(operations.TaskIds[index])]++;
        }

        return CpuUses(counts);
    }

    /// <summary>By comm of the new task.</summary>
    public static ImmutableArray<CommUse> ByComm(ReplayContext context, StackLedger ledger)
    {
        TaskTraits traits = context.Traits!;
        long[] counts = new long[traits.Names.Length * Kinds];
        for (int task = 0; task < context.Operations.Tasks; task++)
            counts[(traits.CommOf(task) * Kinds) + (int)ledger.OutcomeOf(task)]++;
        return CommUses(counts, traits);
    }

    /// <summary>By cgroup of the fork; empty where the trace does not say.</summary>
    public static ImmutableArray<CgroupUse> ByCgroup(ReplayContext context, StackLedger ledger)
    {
        TaskTraits traits = context.Traits!;
        if (!traits.HasCgroups)
            return [];
        long[] counts = new long[traits.Cgroups.Length * Kinds];
        for (int task = 0; task < context.Operations.Tasks; task++)
            counts[(traits.CgroupOf(task) * Kinds) + (int)ledger.OutcomeOf(task)]++;
        return CgroupUses(counts, traits);
    }

    public static ImmutableArray<CpuUse> CpuUses(long[] counts)
    {
        List<CpuUse> uses = [];
        for (int cpu = 0; cpu * Kinds < counts.Length; cpu++)
        {
            ReadOnlySpan<long> here = counts.AsSpan(cpu * Kinds, Kinds);
            CpuUse use = new(cpu, here[(int)AllocationOutcome.Hit], MissCauses.Of(here));
            if (use.Allocations > 0)
                uses.Add(use);
        }

        return [.. uses];
    }

    public static ImmutableArray<CommUse> CommUses(long[] counts, TaskTraits traits) =>
        [.. Named(counts, traits.Names).Select(use => new CommUse(use.Name, use.Hits, use.Misses))];

    public static ImmutableArray<CgroupUse> CgroupUses(long[] counts, TaskTraits traits) =>
        [.. Named(counts, traits.Cgroups).Select(use => new CgroupUse(use.Name, use.Hits, use.Misses))];

    // Those with forks, most forks first.
    private static IEnumerable<(string Name, long Hits, MissCauses Misses)> Named(long[] counts, ImmutableArray<string> names) =>
        names.Select((name, index) =>
            {
                ReadOnlySpan<long> here = counts.AsSpan(index * Kinds, Kinds);
                return (Name: name, Hits: here[(int)AllocationOutcome.Hit], Misses: MissCauses.Of(here));
            })
            .Where(use => use.Hits + use.Misses.Total > 0)
            .OrderByDescending(use => use.Hits + use.Misses.Total).ThenBy(use => use.Name, StringComparer.Ordinal);
}

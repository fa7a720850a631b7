namespace ForkTrace.Replay.Engine;

/// <summary>Counts of outcomes by group: by CPU or by comm. Each group's counts lie together.</summary>
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
        long[] counts = new long[traits.Names.Count * Kinds];
        for (int task = 0; task < context.Operations.Tasks; task++)
            counts[(traits.CommOf(task) * Kinds) + (int)ledger.OutcomeOf(task)]++;
        return CommUses(counts, traits);
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

    public static ImmutableArray<CommUse> CommUses(long[] counts, TaskTraits traits)
    {
        List<CommUse> uses = [];
        for (int comm = 0; comm * Kinds < counts.Length; comm++)
        {
            ReadOnlySpan<long> here = counts.AsSpan(comm * Kinds, Kinds);
            CommUse use = new(traits.Names[comm], here[(int)AllocationOutcome.Hit], MissCauses.Of(here));
            if (use.Allocations > 0)
                uses.Add(use);
        }

        uses.Sort(static (left, right) => right.Allocations != left.Allocations
            ? right.Allocations.CompareTo(left.Allocations)
            : string.CompareOrdinal(left.Comm, right.Comm));
        return [.. uses];
    }
}

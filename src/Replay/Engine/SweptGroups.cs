using System.Collections.Immutable;
using ForkTrace.Replay.Lifecycle;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Engine;

/// <summary>By CPU and by comm, for all capacities of a sweep.</summary>
internal sealed class SweptGroups
{
    private readonly GroupCounts _cpus;
    private readonly GroupCounts _comms;
    private readonly TaskTraits _traits;

    public SweptGroups(ReplayContext context, ushort[] depths, AllocationOutcome[] causes, int capacityMax)
    {
        _traits = context.Traits!;
        _cpus = new GroupCounts(context.Machine.Cpus, capacityMax);
        _comms = new GroupCounts(_traits.Names.Count, capacityMax);
        StackOperations operations = context.Operations;
        for (int index = context.WarmupEnd; index < operations.Count; index++)
        {
            if (operations.Kinds[index] != StackOperationKind.Allocate)
                continue;
            int task = operations.TaskIds[index];
            _cpus.Add(operations.Cpus[index], depths[task], causes[task]);
            _comms.Add(_traits.CommOf(task), depths[task], causes[task]);
        }
    }

    public ImmutableArray<CpuUse> ByCpu(int capacity) => Breakdown.CpuUses(_cpus.Outcomes(capacity));

    public ImmutableArray<CommUse> ByComm(int capacity) => Breakdown.CommUses(_comms.Outcomes(capacity), _traits);

    // Forks by group, least capacity that hits, and cause of the misses below it. Only depths that occur take room.
    private sealed class GroupCounts(int groups, int capacityMax)
    {
        private readonly long[]?[] _byGroup = new long[groups][];

        public void Add(int group, int depth, AllocationOutcome cause)
        {
            long[] counts = _byGroup[group] ??= new long[(capacityMax + 2) * Breakdown.Kinds];
            counts[(depth * Breakdown.Kinds) + (int)cause]++;
        }

        public long[] Outcomes(int capacity)
        {
            long[] outcomes = new long[groups * Breakdown.Kinds];
            for (int group = 0; group < groups; group++)
                Fold(_byGroup[group], capacity, outcomes.AsSpan(group * Breakdown.Kinds, Breakdown.Kinds));
            return outcomes;
        }

        private static void Fold(long[]? counts, int capacity, Span<long> outcomes)
        {
            for (int index = 0; counts is not null && index < counts.Length; index++)
            {
                bool isHit = index / Breakdown.Kinds <= capacity;
                outcomes[isHit ? (int)AllocationOutcome.Hit : index % Breakdown.Kinds] += counts[index];
            }
        }
    }
}

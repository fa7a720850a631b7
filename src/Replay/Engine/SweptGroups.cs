namespace ForkTrace.Replay.Engine;

/// <summary>Outcomes by CPU, comm and cgroup, for all capacities of a sweep.</summary>
internal sealed class SweptGroups
{
    private readonly GroupCounts _cpus;
    private readonly GroupCounts _comms;
    private readonly GroupCounts? _cgroups;
    private readonly ReplayContext _context;

    public SweptGroups(ReplayContext context, int capacityMax)
    {
        _context = context;
        TaskTraits traits = context.Traits!;
        _cpus = new GroupCounts(context.Machine.Cpus, capacityMax);
        _comms = new GroupCounts(traits.Names.Length, capacityMax);
        _cgroups = traits.HasCgroups ? new GroupCounts(traits.Cgroups.Length, capacityMax) : null;
    }

    /// <summary>Adds a counted fork of the context's stretch.</summary>
    public void Add(int cpu, int task, int depth, AllocationOutcome cause)
    {
        TaskTraits traits = _context.Traits!;
        _cpus.Add(cpu, depth, cause);
        _comms.Add(traits.CommOf(task), depth, cause);
        _cgroups?.Add(traits.CgroupOf(task), depth, cause);
    }

    public ImmutableArray<CpuUse> ByCpu(int capacity) => Breakdown.CpuUses(_cpus.Outcomes(capacity));

    public ImmutableArray<CommUse> ByComm(int capacity) => Breakdown.CommUses(_comms.Outcomes(capacity), _context.Traits!);

    public ImmutableArray<CgroupUse> ByCgroup(int capacity) =>
        _cgroups is null ? [] : Breakdown.CgroupUses(_cgroups.Outcomes(capacity), _context.Traits!);

    // Forks by group, lowest capacity that hits, and cause of the misses below it. Only depths that occur take memory.
    private sealed class GroupCounts(int groups, int capacityMax)
    {
        private long[]?[] _byGroup = new long[groups][];
        private long[]? _folded;
        private int _foldedUpTo;

        public void Add(int group, int depth, AllocationOutcome cause)
        {
            if (group >= _byGroup.Length)
                Array.Resize(ref _byGroup, Math.Max(group + 1, 2 * _byGroup.Length));
            long[] counts = _byGroup[group] ??= new long[(capacityMax + 2) * Breakdown.Kinds];
            counts[(depth * Breakdown.Kinds) + (int)cause]++;
        }

        /// <summary>Outcomes under a capacity, group by group. Fastest if called with rising capacities; valid until the next
        /// call.</summary>
        public long[] Outcomes(int capacity)
        {
            if (_folded is null || capacity < _foldedUpTo)
            {
                _folded = new long[_byGroup.Length * Breakdown.Kinds];
                _foldedUpTo = -1;
                for (int group = 0; group < _byGroup.Length; group++)
                    AddMisses(_byGroup[group], _folded.AsSpan(group * Breakdown.Kinds, Breakdown.Kinds));
            }

            for (int group = 0; group < _byGroup.Length; group++)
                TurnToHits(_byGroup[group], _foldedUpTo + 1, capacity, _folded.AsSpan(group * Breakdown.Kinds, Breakdown.Kinds));
            _foldedUpTo = capacity;
            return _folded;
        }

        private static void AddMisses(long[]? counts, Span<long> outcomes)
        {
            for (int index = 0; counts is not null && index < counts.Length; index++)
                outcomes[index % Breakdown.Kinds] += counts[index];
        }

        private static void TurnToHits(long[]? counts, int fromDepth, int toDepth, Span<long> outcomes)
        {
            for (int index = fromDepth * Breakdown.Kinds; counts is not null && index < (toDepth + 1) * Breakdown.Kinds; index++)
            {
                outcomes[index % Breakdown.Kinds] -= counts[index];
                outcomes[(int)AllocationOutcome.Hit] += counts[index];
            }
        }
    }
}

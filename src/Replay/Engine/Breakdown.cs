namespace ForkTrace.Replay.Engine;

/// <summary>Counts of outcomes by group: by CPU, comm or cgroup. The counts of each group are adjacent.</summary>
internal sealed class Breakdown
{
    public const int Kinds = (int)AllocationOutcome.Cold + 1;
    private readonly ReplayContext _context;
    private readonly long[] _byCpu;
    private readonly long[] _byCgroup;
    private long[] _byComm;

    public Breakdown(ReplayContext context)
    {
        _context = context;
        TaskTraits traits = context.Traits!;
        _byCpu = new long[context.Machine.Cpus * Kinds];
        _byComm = new long[traits.Names.Length * Kinds];
        _byCgroup = new long[traits.HasCgroups ? traits.Cgroups.Length * Kinds : 0];
    }

    /// <summary>Adds the forks of the context's stretch that figures count.</summary>
    public void Add(StackLedger ledger)
    {
        StackOperations operations = _context.Operations;
        TaskTraits traits = _context.Traits!;
        if (_byComm.Length < traits.Names.Length * Kinds)
            Array.Resize(ref _byComm, traits.Names.Length * Kinds);
        ReadOnlySpan<StackOperationKind> kinds = operations.Kinds;
        for (int index = _context.WarmupEnd; index < kinds.Length; index++)
        {
            if (kinds[index] != StackOperationKind.Allocate)
                continue;
            int task = operations.TaskIds[index];
            int outcome = (int)ledger.OutcomeOf(task);
            _byCpu[(operations.Cpus[index] * Kinds) + outcome]++;
            _byComm[(traits.CommOf(task) * Kinds) + outcome]++;
            if (_byCgroup.Length > 0)
                _byCgroup[(traits.CgroupOf(task) * Kinds) + outcome]++;
        }
    }

    /// <summary>By CPU of the fork.</summary>
    public ImmutableArray<CpuUse> ByCpu() => CpuUses(_byCpu);

    /// <summary>By comm of the new task.</summary>
    public ImmutableArray<CommUse> ByComm() => CommUses(_byComm, _context.Traits!);

    /// <summary>By cgroup of the fork; empty if the trace does not name cgroups.</summary>
    public ImmutableArray<CgroupUse> ByCgroup() => CgroupUses(_byCgroup, _context.Traits!);

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
        counts.Length == 0 ? [] : [.. Named(counts, traits.Cgroups).Select(use => new CgroupUse(use.Name, use.Hits, use.Misses))];

    // The groups with forks, most forks first.
    private static IEnumerable<(string Name, long Hits, MissCauses Misses)> Named(long[] counts, ImmutableArray<string> names) =>
        names.Select((name, index) =>
            {
                ReadOnlySpan<long> here = counts.AsSpan(index * Kinds, Kinds);
                return (Name: name, Hits: here[(int)AllocationOutcome.Hit], Misses: MissCauses.Of(here));
            })
            .Where(use => use.Hits + use.Misses.Total > 0)
            .OrderByDescending(use => use.Hits + use.Misses.Total).ThenBy(use => use.Name, StringComparer.Ordinal);
}

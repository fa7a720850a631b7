namespace ForkTrace.Replay.Ledger;

/// <summary>
/// Tells misses apart. Runs beside the policy what caches without bound would hold, each a number of stacks: one that gets a stack when the
/// policy has it in hands, one that gets it as soon as the task is dead, one that also takes stacks of other nodes, and one pool for all.
/// A miss has the cause of the first that would have hit. Four counters an operation.
/// </summary>
internal sealed class MissTally
{
    private readonly Domain[] _domains;
    private readonly int[] _domainOfCpu;
    private long _anywhere;

    public MissTally(MachineShape machine, StackReach reach)
    {
        _domainOfCpu = [.. machine.GroupsOf(reach)];
        _domains = new Domain[machine.Cpus];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int DomainOf(int cpu) => _domainOfCpu[cpu];

    /// <summary>A fork takes a stack; what became of it, seen from each of the caches without bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public AllocationOutcome Take(int domain, bool hit)
    {
        ref Domain here = ref _domains[domain];
        AllocationOutcome outcome = hit ? AllocationOutcome.Hit : Cause(here);
        TakeOne(ref here.InHands);
        TakeOne(ref here.OfNode);
        TakeOne(ref here.Dead);
        if (_anywhere > 0)
            _anywhere--;
        return outcome;
    }

    /// <summary>A fork wants a stack of another node than its CPU's: none of these caches serves it but one that takes stacks of any node.</summary>
    public AllocationOutcome TakeForeign(int domain)
    {
        ref Domain here = ref _domains[domain];
        if (here.Dead > 0)
            return AllocationOutcome.Node;
        return _anywhere > 0 ? AllocationOutcome.Placement : AllocationOutcome.Cold;
    }

    /// <summary>A task is dead, its stack free but for RCU; <paramref name="isForeign"/> if it is refused for its node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddDead(int domain, bool isForeign)
    {
        ref Domain here = ref _domains[domain];
        here.Dead++;
        if (!isForeign)
            here.OfNode++;
        _anywhere++;
    }

    /// <summary>The policy has the stack in hands and could keep it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddInHands(int domain) => _domains[domain].InHands++;

    /// <summary>Stacks that are in a cache though the recording does not show how they came there.</summary>
    public void Adopt(int domain, int count)
    {
        _domains[domain].InHands += count;
        _domains[domain].OfNode += count;
        _domains[domain].Dead += count;
        _anywhere += count;
    }

    /// <summary>The caches of these CPUs are emptied, those without bound as well; the pool of the machine is not.</summary>
    public void Empty(int domain) => _domains[domain] = default;

    /// <summary>Nobody knows what caches of these CPUs hold, nor then what the pool of the machine does.</summary>
    public void Forget(int domain)
    {
        _domains[domain] = default;
        _anywhere = 0;
    }

    private AllocationOutcome Cause(in Domain here)
    {
        if (here.InHands > 0)
            return AllocationOutcome.Capacity;
        if (here.OfNode > 0)
            return AllocationOutcome.RcuDelay;
        if (here.Dead > 0)
            return AllocationOutcome.Node;
        return _anywhere > 0 ? AllocationOutcome.Placement : AllocationOutcome.Cold;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TakeOne(ref int count) => count -= count > 0 ? 1 : 0;

    private struct Domain
    {
        public int InHands;
        public int OfNode;
        public int Dead;
    }
}

namespace ForkTrace.Replay.Ledger;

/// <summary>
/// Finds the cause of each miss. Beside the policy it runs four unbounded caches, each only a number of stacks: one that gets a stack when
/// the policy gets hold of it, one that gets it as soon as the task is dead, one that also takes stacks of other nodes, and one pool for
/// the whole machine. The first of these that would have hit is the cause of a miss. The cost is four counters per operation.
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

    /// <summary>A fork takes a stack. Returns its outcome.</summary>
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

    /// <summary>A fork needs a stack on another node than its CPU's. Of these caches, only those that take stacks of any node can serve
    /// it.</summary>
    public AllocationOutcome TakeForeign(int domain)
    {
        ref Domain here = ref _domains[domain];
        if (here.Dead > 0)
            return AllocationOutcome.Node;
        return _anywhere > 0 ? AllocationOutcome.Placement : AllocationOutcome.Cold;
    }

    /// <summary>A task is dead, and its stack waits only for RCU. <paramref name="isForeign"/> is true if it is refused for its
    /// node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddDead(int domain, bool isForeign)
    {
        ref Domain here = ref _domains[domain];
        here.Dead++;
        if (!isForeign)
            here.OfNode++;
        _anywhere++;
    }

    /// <summary>The policy gets hold of the stack and could keep it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddInHands(int domain) => _domains[domain].InHands++;

    /// <summary>Adds stacks that are in a cache although the recording does not show how they came there.</summary>
    public void Adopt(int domain, int count)
    {
        _domains[domain].InHands += count;
        _domains[domain].OfNode += count;
        _domains[domain].Dead += count;
        _anywhere += count;
    }

    /// <summary>Empties the caches of these CPUs, including the unbounded ones, but not the pool of the machine.</summary>
    public void Empty(int domain) => _domains[domain] = default;

    /// <summary>The contents of these CPUs' caches became unknown, and so did the contents of the machine's pool.</summary>
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

namespace ForkTrace.Replay.Ledger;

/// <summary>Stacks cached where no fork of the recording will take them any more: on CPUs (or groups) whose last fork is past.</summary>
internal sealed class StrandedTally
{
    private readonly int[] _forksLeft;
    private readonly int[] _cached;
    private readonly int[] _strandedHere;
    private StockOverTime _stock;

    public StrandedTally(ReplayContext context, MissTally domains)
    {
        int cpus = context.Machine.Cpus;
        _forksLeft = new int[cpus];
        _cached = new int[cpus];
        _strandedHere = new int[cpus];
        for (int cpu = 0; cpu < cpus; cpu++)
            _forksLeft[domains.DomainOf(cpu)] += context.ForksOfCpu[cpu];
    }

    /// <summary>
    /// Stacks that came out of a cache which, by what the policy says of itself, held none: it moves stacks between caches, or they serve
    /// forks on other CPUs than it says.
    /// </summary>
    public long Strays { get; private set; }

    public void StartAt(long timeNs) => _stock.StartAt(timeNs);

    /// <summary>A fork happens; its group's cache loses a stack if it hits.</summary>
    public void Take(int domain, bool hit, long nowNs)
    {
        if (hit && --_cached[domain] < 0)
            Strays++;
        if (--_forksLeft[domain] == 0)
            Strand(domain, nowNs);
    }

    /// <summary>Stacks that were cached when the recording began.</summary>
    public void Adopt(int domain, int count, long nowNs)
    {
        _cached[domain] += count;
        if (_forksLeft[domain] == 0)
            Strand(domain, nowNs);
    }

    public void Put(int domain, long nowNs)
    {
        _cached[domain]++;
        if (_forksLeft[domain] == 0)
            Strand(domain, nowNs);
    }

    public void Drop(int domain, long count, long nowNs)
    {
        _cached[domain] -= (int)count;
        if (_cached[domain] < 0)
            Strays++;
        if (_forksLeft[domain] == 0)
            Strand(domain, nowNs);
    }

    /// <summary>The stock between two times; null if it is not known which caches held the stacks.</summary>
    public StockUse? Close(long startNs, long endNs, long bytesOfStack) =>
        Strays > 0 ? null : _stock.Close(startNs, endNs, bytesOfStack);

    private void Strand(int domain, long nowNs)
    {
        _stock.Change(nowNs, _cached[domain] - _strandedHere[domain]);
        _strandedHere[domain] = _cached[domain];
    }
}

namespace ForkTrace.Replay.Engine;

/// <summary>
/// <see cref="StrandedTally"/> for all capacities at once. Which fork of each CPU is its last is known only at the end. Until then, the
/// changes of the CPU's caches since its latest fork are kept.
/// </summary>
internal sealed class SweptStranded(int cpus, int capacityMax, CapacitySets sets)
{
    private readonly List<Change>[] _since = [.. Enumerable.Range(0, cpus).Select(_ => new List<Change>())];

    // By CPU: its caches at its last fork, as members of its set; null while the later changes are enough to reconstruct them.
    private readonly int[]?[] _atFork = new int[cpus][];
    private readonly (long TimeNs, long Number)[] _lastFork = new (long, long)[cpus];
    private long _changes;
    private long _firstCounted;

    /// <summary>Starts to count here: figures leave out earlier changes.</summary>
    public void Restart() => _firstCounted = _changes;

    /// <summary>A CPU forks, and has already taken its stack.</summary>
    public void Fork(int cpu, long timeNs)
    {
        _since[cpu].Clear();
        _atFork[cpu] = null;
        _lastFork[cpu] = (timeNs, _changes++);
    }

    /// <summary>Every capacity from <paramref name="depth"/> on has kept a stack.</summary>
    public void Put(int cpu, int depth, long timeNs)
    {
        if (depth <= capacityMax)
            _since[cpu].Add(new Change(timeNs, _changes++, depth));
    }

    /// <summary>A CPU's caches are about to be emptied.</summary>
    public void Empty(int cpu, long timeNs)
    {
        int[] members = Members(cpu);
        _atFork[cpu] ??= BeforeChanges(cpu, members);
        foreach (int depth in members)
            _since[cpu].Add(new Change(timeNs, _changes++, -depth));
    }

    /// <summary>The stocks at the end; means are taken from <paramref name="startNs"/> on.</summary>
    public CapacityStocks Close(long startNs)
    {
        CapacityStocks stocks = new(capacityMax);
        bool isStarted = false;
        foreach (Change change in Enumerable.Range(0, cpus).SelectMany(ChangesOf).OrderBy(change => change.Number))
        {
            if (!isStarted && change.Number >= _firstCounted)
            {
                stocks.StartAt(startNs);
                isStarted = true;
            }

            if (change.Depth > 0)
                stocks.AddFrom(change.Depth, change.TimeNs);
            else
                stocks.RemoveFrom(-change.Depth, change.TimeNs);
        }

        if (!isStarted)
            stocks.StartAt(startNs);
        return stocks;
    }

    private IEnumerable<Change> ChangesOf(int cpu) =>
    [
        .. (_atFork[cpu] ?? BeforeChanges(cpu, Members(cpu))).Select(depth => new Change(_lastFork[cpu].TimeNs, _lastFork[cpu].Number, depth)),
        .. _since[cpu],
    ];

    private int[] Members(int cpu) => [.. Enumerable.Range(1, capacityMax).Where(capacity => sets.Contains(cpu, capacity))];

    // Without the stacks that were put since.
    private int[] BeforeChanges(int cpu, int[] members) => [.. members.Except(_since[cpu].Select(change => change.Depth))];

    /// <summary>All capacities from a depth on gain a stack; if the depth is negative, they lose one.</summary>
    private readonly record struct Change(long TimeNs, long Number, int Depth);
}

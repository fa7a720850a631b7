namespace ForkTrace.Replay.Ledger;

/// <summary>
/// Stacks cached where no later fork of the recording can take them: on CPUs (or groups) whose last fork is past. Which fork is the last is
/// known only at the end. Until then, each group keeps the changes of its cache since its latest fork.
/// </summary>
internal sealed class StrandedTally(MissTally domains, int cpus)
{
    private readonly MissTally _domains = domains;
    private readonly SinceFork[] _since = [.. Enumerable.Range(0, cpus).Select(_ => new SinceFork())];
    private long _changes;
    private long _firstCounted;

    /// <summary>
    /// Stacks that came out of a cache that should be empty according to the policy's descriptor. So the policy moves stacks between
    /// caches, or its stacks serve forks on CPUs that the descriptor does not allow.
    /// </summary>
    public long Strays { get; private set; }

    /// <summary>Starts to count here: figures leave out earlier changes.</summary>
    public void Restart() => _firstCounted = _changes;

    /// <summary>Counts a fork; on a hit, its group's cache loses a stack.</summary>
    public void Take(int domain, bool hit, long nowNs)
    {
        SinceFork since = _since[domain];
        if (hit && --since.Cached < 0)
            Strays++;
        since.Forget();
        since.Add(nowNs, _changes++);
    }

    /// <summary>Adds stacks that were cached when the recording began.</summary>
    public void Adopt(int cpu, int count, long nowNs) => Change(_domains.DomainOf(cpu), count, nowNs);

    public void Put(int domain, long nowNs) => Change(domain, 1, nowNs);

    public void Drop(int cpu, long count, long nowNs)
    {
        int domain = _domains.DomainOf(cpu);
        Change(domain, -count, nowNs);
        if (_since[domain].Cached < 0)
            Strays++;
    }

    /// <summary>The stock between two times; null if it is unknown which caches the stacks were in.</summary>
    public StockUse? Close(long startNs, long endNs, long bytesOfStack)
    {
        if (Strays > 0)
            return null;
        StockOverTime stock = default;
        bool isStarted = false;
        long[] stranded = new long[_since.Length];
        foreach ((int domain, SinceFork.Entry entry) in InOrder())
        {
            if (!isStarted && entry.Number >= _firstCounted)
            {
                stock.StartAt(startNs);
                isStarted = true;
            }

            stock.Change(entry.TimeNs, entry.Cached - stranded[domain]);
            stock.Note(entry.Peak - entry.Cached, entry.ExtraNs);
            stranded[domain] = entry.Cached;
        }

        if (!isStarted)
            stock.StartAt(startNs);
        return stock.Close(startNs, endNs, bytesOfStack);
    }

    private IEnumerable<(int Domain, SinceFork.Entry Entry)> InOrder() => _since
        .SelectMany((since, domain) => since.Entries.Select(entry => (domain, entry)))
        .OrderBy(change => change.entry.Number);

    private void Change(int domain, long count, long nowNs)
    {
        _since[domain].Cached += count;
        _since[domain].Add(nowNs, _changes++);
    }

    /// <summary>The changes of one group's cache since its last fork. Beyond a few thousand changes, neighbouring changes are
    /// merged.</summary>
    private sealed class SinceFork
    {
        private const int FewChanges = 64;
        private const int MostChanges = 4096;
        private Entry[] _entries = new Entry[FewChanges];
        private int _count;

        /// <summary>Stacks in the cache now.</summary>
        public long Cached { get; set; }

        public IEnumerable<Entry> Entries => _entries.Take(_count);

        public void Forget() => _count = 0;

        public void Add(long timeNs, long number)
        {
            if (_count == MostChanges)
                Halve();
            if (_count == _entries.Length)
                Array.Resize(ref _entries, 2 * _count);
            _entries[_count++] = new Entry(timeNs, number, Cached, Cached, 0);
        }

        private void Halve()
        {
            for (int pair = 0; pair < MostChanges / 2; pair++)
                _entries[pair] = _entries[2 * pair].Then(_entries[(2 * pair) + 1]);
            _count = MostChanges / 2;
        }

        /// <summary>A change, or several merged ones.</summary>
        /// <param name="TimeNs">Time of the first change.</param>
        /// <param name="Number">Its position in the order of all changes.</param>
        /// <param name="Cached">Stacks after the last change.</param>
        /// <param name="Peak">The highest number of stacks after any of the changes.</param>
        /// <param name="ExtraNs">Stack-ns between the first and the last change, beyond <paramref name="Cached"/> times that time.</param>
        public readonly record struct Entry(long TimeNs, long Number, long Cached, long Peak, double ExtraNs)
        {
            public Entry Then(Entry next) => new(
                TimeNs,
                Number,
                next.Cached,
                Math.Max(Peak, next.Peak),
                ExtraNs + next.ExtraNs + ((double)(Cached - next.Cached) * (next.TimeNs - TimeNs)));
        }
    }
}

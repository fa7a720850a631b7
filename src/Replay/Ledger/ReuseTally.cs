using System.Numerics;

namespace ForkTrace.Replay.Ledger;

/// <summary>Follows which cached stack is taken when: slots by group of CPUs, filled and taken from the lowest index.</summary>
internal sealed class ReuseTally(int domains, int tasks, TaskTraits traits)
{
    private readonly Slots[] _slots = new Slots[domains];
    private readonly long[] _putNs = new long[tasks];
    private long _same;
    private long _other;
    private long _unknown;

    public LatencyHistogram Idle { get; private set; } = new();

    public void Restart()
    {
        Idle = new LatencyHistogram();
        _same = _other = _unknown = 0;
    }

    /// <summary>Stacks that were cached when the recording began: nobody knows whose they were.</summary>
    public void Adopt(int domain, int count)
    {
        for (int adopted = 0; adopted < count; adopted++)
            _slots[domain].Put(-1);
    }

    public void Put(int domain, int task, long nowNs)
    {
        _putNs[task] = nowNs;
        _slots[domain].Put(task);
    }

    /// <summary>A fork takes the first stack; one that was there before the recording has no past that is known.</summary>
    public void Take(int domain, int task, long nowNs)
    {
        int last = _slots[domain].TakeLowest();
        if (last < 0)
            return;
        Idle.Record(nowNs - _putNs[last]);
        int mine = traits.ProcessOf(task);
        int others = traits.ProcessOf(last);
        if (mine < 0 || others < 0)
            _unknown++;
        else if (mine == others)
            _same++;
        else
            _other++;
    }

    public void Drop(int domain, long count)
    {
        for (long dropped = 0; dropped < count; dropped++)
            _slots[domain].TakeLowest();
    }

    public StackReuse Close() => new(Idle, _same, _other, _unknown);

    private struct Slots
    {
        private int[]? _tasks;
        private ulong[]? _filled;

        public void Put(int task)
        {
            _tasks ??= new int[64];
            _filled ??= new ulong[1];
            int word = 0;
            while (word < _filled.Length && _filled[word] == ulong.MaxValue)
                word++;
            if (word == _filled.Length)
            {
                Array.Resize(ref _filled, 2 * word);
                Array.Resize(ref _tasks, 2 * 64 * word);
            }

            int bit = BitOperations.TrailingZeroCount(~_filled[word]);
            _filled[word] |= 1UL << bit;
            _tasks[(word * 64) + bit] = task;
        }

        public readonly int TakeLowest()
        {
            for (int word = 0; _filled is not null && word < _filled.Length; word++)
            {
                if (_filled[word] == 0)
                    continue;
                int bit = BitOperations.TrailingZeroCount(_filled[word]);
                _filled[word] &= _filled[word] - 1;
                return _tasks![(word * 64) + bit];
            }

            return -1;
        }
    }
}

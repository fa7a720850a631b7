using System.Numerics;

namespace ForkTrace.Replay.Ledger;

/// <summary>Tracks when each cached stack is taken: slots per group of CPUs, filled and taken from the lowest index.</summary>
internal sealed class ReuseTally(MachineShape machine, int tasks, TaskTraits traits)
{
    private readonly Slots[] _slots = new Slots[machine.Cpus];
    private readonly long[] _putNs = new long[tasks];
    private readonly StackHomes? _homes = machine.Nodes > 1 ? new StackHomes(machine, tasks) : null;
    private long _same;
    private long _other;
    private long _unknown;

    public LatencyHistogram Idle { get; private set; } = new();

    public void Restart()
    {
        Idle = new LatencyHistogram();
        _same = _other = _unknown = 0;
        _homes?.Restart();
    }

    /// <summary>A stack is mapped for a fork, in memory of the CPU's node.</summary>
    public void Map(int cpu, int task, long nowNs) => _homes?.Map(cpu, task, nowNs);

    /// <summary>The task's last switch.</summary>
    public void End(int cpu, int task, long nowNs) => _homes?.End(cpu, task, nowNs);

    /// <summary>Adds stacks that were cached when the recording began; their last owners are unknown.</summary>
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

    /// <summary>A fork takes the first stack. The past of a stack from before the recording is unknown.</summary>
    public void Take(int domain, int task, long nowNs)
    {
        int last = _slots[domain].TakeLowest();
        _homes?.Inherit(last, task, nowNs);
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

    public StackReuse Close() => new(Idle, _same, _other, _unknown) { OffNodeLifeShare = _homes?.OffNodeLifeShare };

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

/// <summary>The memory node of each stack, and how much of its tasks' lifetime was spent on other nodes.</summary>
internal sealed class StackHomes(MachineShape machine, int tasks)
{
    // The node + 1; 0 if unknown.
    private readonly ushort[] _homes = new ushort[tasks];
    private readonly long[] _bornNs = new long[tasks];
    private double _livedNs;
    private double _offNodeNs;

    /// <summary>Share of lifetime, 0 to 1; null if no lifetime is known.</summary>
    public double? OffNodeLifeShare => _livedNs == 0 ? null : _offNodeNs / _livedNs;

    public void Restart() => _livedNs = _offNodeNs = 0;

    public void Map(int cpu, int task, long nowNs)
    {
        _homes[task] = (ushort)(machine.NodeOfCpu[cpu] + 1);
        _bornNs[task] = nowNs;
    }

    /// <summary>The task gets the stack of task <paramref name="last"/>, which is -1 if its last owner is unknown.</summary>
    public void Inherit(int last, int task, long nowNs)
    {
        _homes[task] = last < 0 ? (ushort)0 : _homes[last];
        _bornNs[task] = nowNs;
    }

    public void End(int cpu, int task, long nowNs)
    {
        if (_homes[task] == 0)
            return;
        _livedNs += nowNs - _bornNs[task];
        if (machine.NodeOfCpu[cpu] + 1 != _homes[task])
            _offNodeNs += nowNs - _bornNs[task];
    }
}

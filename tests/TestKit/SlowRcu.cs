using ForkTrace.Events;

namespace ForkTrace.TestKit;

/// <summary>
/// Simulates RCU of a small machine tick by tick, as in kernel/rcu/tree.c, and records softirq events. Callbacks are assigned to a grace
/// period in softirqs, and by rcu_gp_kthread on its own CPU. In each grace period, every CPU must pass a quiescent state. Callbacks run in
/// the softirq that sees the end. The time of each callback is known.
/// </summary>
public sealed class SlowRcu
{
    private const long TickNs = 4_000_000;
    private const long LookNs = 8_000;
    private const long CallbackNs = 25_000;

    private readonly SyntheticTrace _trace;
    private readonly Random _random;
    private readonly CpuState[] _cpus;
    private int _begun;
    private int _completed;
    private int _needed;
    private int _thread;
    private long _threadWakesNs = long.MaxValue;

    public SlowRcu(SyntheticTrace trace, int seed)
    {
        _trace = trace;
        _random = new Random(seed);
        _cpus = [.. Enumerable.Range(0, trace.Cpus).Select(cpu => new CpuState { NextTickNs = TickNs + (cpu * 300_000) })];
    }

    private bool IsRunning => _begun > _completed;

    /// <summary>call_rcu on a CPU: <paramref name="run"/> is called with the time at which the callback runs.</summary>
    public void Queue(long timeNs, int cpu, Action<long> run)
    {
        PlayUntil(timeNs);
        _cpus[cpu].Callbacks.Add(new Callback(run));
    }

    /// <summary>Simulates until a time.</summary>
    public void PlayUntil(long timeNs)
    {
        while (true)
        {
            int cpu = Array.IndexOf(_cpus, _cpus.MinBy(state => state.NextTickNs));
            long nextNs = Math.Min(_cpus[cpu].NextTickNs, _threadWakesNs);
            if (nextNs > timeNs)
                return;
            if (_threadWakesNs == nextNs)
                WakeThread();
            else
                Tick(cpu);
        }
    }

    // rcu_gp_cleanup, then rcu_gp_init if anybody needs another.
    private void WakeThread()
    {
        CpuState own = _cpus[_thread];
        _threadWakesNs = long.MaxValue;
        if (IsRunning)
        {
            // During cleanup, it assigns its CPU's callbacks while the grace period still counts as running.
            HandOver(own);
            own.SeenCompleted = _completed = _begun;
        }

        if (_needed <= _completed)
            return;
        _begun = _completed + 1;
        foreach (CpuState cpu in _cpus)
            cpu.HasReported = false;
        own.SeenBegun = _begun;
    }

    private void Tick(int cpu)
    {
        CpuState state = _cpus[cpu];
        long timeNs = state.NextTickNs;
        state.NextTickNs += TickNs;
        bool mustReport = IsRunning && state.SeenBegun == _begun && !state.HasReported;
        bool isBehind = state.SeenBegun != _begun || state.SeenCompleted != _completed;
        bool isDue = state.Callbacks.Exists(callback => callback.Waits != 0 && callback.Waits <= state.SeenCompleted);
        bool needsOne = !IsRunning && _threadWakesNs == long.MaxValue && state.Callbacks.Exists(callback => callback.Waits == 0);

        // A tick in user mode is a quiescent state. Sometimes a tick finds the CPU in the kernel.
        if (mustReport && _random.NextDouble() < 0.2)
            mustReport = false;
        if (mustReport || isBehind || isDue || needsOne)
            Softirq(cpu, state, timeNs + 1_000, mustReport && !isBehind);
    }

    private void Softirq(int cpu, CpuState state, long timeNs, bool reports)
    {
        _trace.Add(timeNs, cpu, EventKind.RcuSoftirqEntry, -1, -1, 9);
        (state.SeenBegun, state.SeenCompleted) = (_begun, _completed);
        HandOver(state);
        if (reports)
        {
            state.HasReported = true;
            if (Array.TrueForAll(_cpus, other => other.HasReported))
                Wake(cpu, timeNs);
        }

        if (!IsRunning && _needed > _completed && _threadWakesNs == long.MaxValue)
            Wake(cpu, timeNs);
        long endNs = timeNs + LookNs + _random.Next(4_000);
        foreach (Callback callback in state.Callbacks.Where(callback => callback.Waits != 0 && callback.Waits <= state.SeenCompleted).ToArray())
        {
            endNs += CallbackNs + _random.Next(10_000);
            callback.Run(endNs - 1_000);
            state.Callbacks.Remove(callback);
        }

        _trace.Add(endNs, cpu, EventKind.RcuSoftirqExit, -1, -1, 9);
    }

    private void Wake(int cpu, long timeNs)
    {
        if (_random.NextDouble() < 0.3)
            _thread = cpu;
        _threadWakesNs = timeNs + 50_000 + _random.Next(400_000);
    }

    // rcu_seq_snap: the grace period after the current one.
    private void HandOver(CpuState state)
    {
        foreach (Callback callback in state.Callbacks.Where(callback => callback.Waits == 0))
            callback.Waits = _begun + 1;
        _needed = Math.Max(_needed, state.Callbacks.Count == 0 ? 0 : state.Callbacks.Max(callback => callback.Waits));
    }

    private sealed class CpuState
    {
        public List<Callback> Callbacks { get; } = [];

        public long NextTickNs { get; set; }

        public int SeenBegun { get; set; }

        public int SeenCompleted { get; set; }

        public bool HasReported { get; set; }
    }

    // Waits: number of the grace period for which it waits; 0 if it has not been assigned.
    private sealed class Callback(Action<long> run)
    {
        public Action<long> Run { get; } = run;

        public int Waits { get; set; }
    }
}

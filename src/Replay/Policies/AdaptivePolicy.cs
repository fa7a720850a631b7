using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: each CPU's capacity follows demand. A miss after a drop raises it by one. At the end of a period, it shrinks by half of the
/// slots that were never emptied or never filled. It keeps five numbers per CPU, which a kernel could afford.
/// </summary>
public readonly struct AdaptivePolicy : IStackPolicy<AdaptivePolicy>
{
    private readonly State[] _cpus;
    private readonly int _min;
    private readonly int _max;
    private readonly long _periodNs;
    private readonly bool[] _isTicking;

    public AdaptivePolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        _min = (int)arguments["min"];
        _max = Math.Max(_min, (int)arguments["max"]);
        _periodNs = arguments["period_ms"] * 1_000_000;
        _cpus = new State[machine.Cpus];
        Array.Fill(_cpus, new State { Limit = _min });
        _isTicking = new bool[1];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "adaptive",
        "A per-CPU cache whose capacity grows by misses after drops and shrinks when idle; overflow is vfree'd.",
        "none: an idea",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [
            new PolicyParameter("min", "lowest capacity of a CPU", "stacks", 2, 0, 65536),
            new PolicyParameter("max", "highest capacity of a CPU; not below min", "stacks", 64, 0, 65536),
            new PolicyParameter("period_ms", "time after which the capacity shrinks towards the need", "ms", 100, 1, 3_600_000),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
    };

    public static AdaptivePolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Timer(ref AdaptivePolicy policy, StackLedger ledger, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        bool isAtRest = true;
        for (int cpu = 0; cpu < policy._cpus.Length; cpu++)
        {
            ref State state = ref policy._cpus[cpu];
            int unused = state.Least + state.Limit - state.Most;
            state.Limit = Math.Max(policy._min, state.Limit - ((unused + 1) / 2));
            int surplus = state.Count - state.Limit;
            if (surplus > 0)
            {
                ledger.FreeCached(cpu, surplus);
                state.Count -= surplus;
            }

            state.Least = state.Most = state.Count;
            state.Drops = 0;
            isAtRest &= state.Limit == policy._min;
        }

        policy._isTicking[0] = !isAtRest;
        if (!isAtRest)
            ledger.WakeAt(nowNs + policy._periodNs);
    }

    // Only up to the lowest capacity, since learned capacities are unknown too.
    public static void Fill(ref AdaptivePolicy policy, StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ref State state = ref policy._cpus[cpu];
        ledger.AdoptCached(cpu, Math.Max(0, policy._min - state.Count));
        state.Count = Math.Max(policy._min, state.Count);
        state.Least = state.Most = state.Count;
    }

    public static long Empty(ref AdaptivePolicy policy, int cpu, bool isOffline)
    {
        ref State state = ref policy._cpus[cpu];
        int count = state.Count;
        if (isOffline)
            state.Count = state.Least = 0;
        else
            state = new State { Limit = policy._min };
        return count;
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref State state = ref _cpus[cpu];
        if (state.Count == 0)
        {
            if (state.Drops > 0)
                Grow(ref state, ledger);
            ledger.MapNew(task);
            return;
        }

        state.Count--;
        state.Least = Math.Min(state.Least, state.Count);
        ledger.Reuse(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        ref State state = ref _cpus[cpu];
        if (state.Count >= state.Limit)
        {
            state.Drops++;
            ledger.Free(task);
            return;
        }

        state.Count++;
        state.Most = Math.Max(state.Most, state.Count);
        ledger.Cache(task);
    }

    private void Grow(ref State state, StackLedger ledger)
    {
        state.Drops--;
        if (state.Limit >= _max)
            return;
        state.Limit++;
        if (!_isTicking[0])
        {
            _isTicking[0] = true;
            ledger.WakeAt(ledger.NowNs + _periodNs);
        }
    }

    private struct State
    {
        public int Count;
        public int Limit;
        public int Least;
        public int Most;
        public int Drops;
    }
}

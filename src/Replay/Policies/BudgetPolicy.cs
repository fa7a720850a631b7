using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: linux-5.18 with a budget of slots that CPUs share according to use. A CPU misses when a fork finds its cache empty or a dead
/// task finds it full. At the end of a period, the CPUs that missed most take slots from CPUs that did not miss, one slot from each in
/// turn. A CPU at most doubles. Stacks of the giving CPU beyond its new limit are vfree'd. TCMalloc sizes its per-CPU caches this way.
/// </summary>
public readonly struct BudgetPolicy : IStackPolicy<BudgetPolicy>
{
    private const int TakersMax = 5;
    private readonly State[] _cpus;
    private readonly int[] _nextGiver;
    private readonly bool[] _isTicking;
    private readonly int _capacity;
    private readonly long _periodNs;

    public BudgetPolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        _capacity = (int)arguments["capacity"];
        _periodNs = arguments["period_ms"] * 1_000_000;
        _cpus = new State[machine.Cpus];
        Array.Fill(_cpus, new State { Limit = _capacity });
        _nextGiver = new int[1];
        _isTicking = new bool[1];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "budget",
        "Like linux-5.18; CPUs that miss take slots from CPUs that do not, within one budget for the machine.",
        "Hunter et al., ASPLOS 2021, and Zhou et al., ASPLOS 2024: TCMalloc's per-CPU caches (in no release)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [
            PolicyParameter.Capacity,
            new PolicyParameter("period_ms", "time after which slots move to CPUs that miss", "ms", 100, 1, 3_600_000),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
        FreesUncharged = true,
        SpansCpus = true,
    };

    public static BudgetPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref BudgetPolicy policy, StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ref State state = ref policy._cpus[cpu];
        ledger.AdoptCached(cpu, state.Limit - state.Count);
        state.Count = state.Limit;
    }

    // A CPU that is offline keeps its slots. It has no misses, so it soon gives them away.
    public static long Empty(ref BudgetPolicy policy, int cpu, bool isOffline)
    {
        ref State state = ref policy._cpus[cpu];
        int count = state.Count;
        if (isOffline)
            state.Count = 0;
        else
            state = new State { Limit = policy._capacity };
        return count;
    }

    public static void Timer(ref BudgetPolicy policy, StackLedger ledger, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        bool hasMissed = policy.MostMisses() >= 0;
        for (int taker = 0; taker < TakersMax && policy.MostMisses() is >= 0 and int cpu; taker++)
            policy.TakeSlots(ledger, cpu);
        foreach (ref State state in policy._cpus.AsSpan())
            (state.Misses, state.HasTaken) = (0, false);
        policy._isTicking[0] = hasMissed;
        if (hasMissed)
            ledger.WakeAt(nowNs + policy._periodNs);
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref State state = ref _cpus[cpu];
        if (state.Count == 0)
        {
            Miss(ref state, ledger);
            ledger.MapNew(task);
            return;
        }

        state.Count--;
        ledger.Reuse(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        ref State state = ref _cpus[cpu];
        if (state.Count < state.Limit)
        {
            state.Count++;
            ledger.Cache(task);
            return;
        }

        Miss(ref state, ledger);
        ledger.QueueForRcu(task);
    }

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
        if (!ledger.IsWaitingForRcu(task))
            return;
        ref State state = ref _cpus[cpu];
        if (state.Count < state.Limit)
        {
            state.Count++;
            ledger.Cache(task);
        }
        else
        {
            ledger.Free(task);
        }
    }

    private void Miss(ref State state, StackLedger ledger)
    {
        state.Misses++;
        if (_isTicking[0])
            return;
        _isTicking[0] = true;
        ledger.WakeAt(ledger.NowNs + _periodNs);
    }

    // The CPU with the most misses that has not taken slots yet; the first one if several are equal; -1 if there is none.
    private int MostMisses()
    {
        int most = -1;
        for (int cpu = 0; cpu < _cpus.Length; cpu++)
        {
            ref State state = ref _cpus[cpu];
            if (!state.HasTaken && state.Misses > (most < 0 ? 0 : _cpus[most].Misses))
                most = cpu;
        }

        return most;
    }

    private void TakeSlots(StackLedger ledger, int taker)
    {
        ref State mine = ref _cpus[taker];
        mine.HasTaken = true;
        int wanted = Math.Min(mine.Misses, Math.Max(1, mine.Limit));
        int first = _nextGiver[0];
        for (int step = 0; step < _cpus.Length && wanted > 0; step++)
        {
            int giver = (first + step) % _cpus.Length;
            ref State other = ref _cpus[giver];
            if (other.Misses > 0 || other.Limit == 0)
                continue;
            other.Limit--;
            mine.Limit++;
            wanted--;
            _nextGiver[0] = (giver + 1) % _cpus.Length;
            if (other.Count <= other.Limit)
                continue;
            other.Count--;
            ledger.FreeCached(giver, 1);
        }
    }

    private struct State
    {
        public int Count;
        public int Limit;
        public int Misses;
        public bool HasTaken;
    }
}

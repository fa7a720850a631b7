using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: linux-5.18 whose caches are refilled in the background. When a fork leaves fewer than <c>low</c> stacks in its CPU's cache, a
/// work item is queued. After <c>delay_us</c>, an assumed time for waiting and mapping together, it maps stacks until the cache contains
/// <c>high</c>, which is also the capacity. No fork pays for these stacks; <see cref="StackLedger.MappedAhead"/> counts them. With
/// <c>low</c> = 0 this is linux-5.18 with <c>high</c> slots.
/// </summary>
public readonly struct RefillPolicy : IStackPolicy<RefillPolicy>
{
    private const long Never = long.MaxValue;
    private readonly State[] _cpus;
    private readonly long[] _firstDueNs;
    private readonly int _low;
    private readonly int _high;
    private readonly long _delayNs;

    public RefillPolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        _high = (int)arguments["high"];
        _low = Math.Min((int)arguments["low"], _high);
        _delayNs = arguments["delay_us"] * 1000;
        _cpus = new State[machine.Cpus];
        Array.Fill(_cpus, new State { DueNs = Never });
        _firstDueNs = [Never];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "refill",
        "Like linux-5.18; a work item maps stacks into a CPU's cache when it falls below a low mark.",
        "none: an idea from the mailing lists of 2025 and 2026; the marks are like those of a mempool (mm/mempool.c)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [
            new PolicyParameter("low", "the work item is queued below this many cached stacks; at most high", "stacks", 1, 0, 65536),
            new PolicyParameter("high", "stacks that the work item fills up to; the most that each CPU may keep", "stacks", 2, 0, 65536),
            new PolicyParameter("delay_us", "assumed time from queueing the work item until its stacks are there", "us", 100, 1, 1_000_000),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
        FreesUncharged = true,
    };

    public static RefillPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref RefillPolicy policy, StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ref State state = ref policy._cpus[cpu];
        ledger.AdoptCached(cpu, policy._high - state.Count);
        state.Count = policy._high;
    }

    // Cancels a queued work item: its CPU is gone, or it is unknown whether the item was queued.
    public static long Empty(ref RefillPolicy policy, int cpu, bool isOffline)
    {
        int count = policy._cpus[cpu].Count;
        policy._cpus[cpu] = new State { DueNs = Never };
        return count;
    }

    public static void Timer(ref RefillPolicy policy, StackLedger ledger, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        long firstDueNs = Never;
        for (int cpu = 0; cpu < policy._cpus.Length; cpu++)
        {
            ref State state = ref policy._cpus[cpu];
            if (state.DueNs <= nowNs)
                policy.Refill(ref state, ledger, cpu);
            firstDueNs = Math.Min(firstDueNs, state.DueNs);
        }

        policy._firstDueNs[0] = firstDueNs;
        if (firstDueNs < Never)
            ledger.WakeAt(firstDueNs);
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref State state = ref _cpus[cpu];
        if (state.Count == 0)
        {
            ledger.MapNew(task);
        }
        else
        {
            state.Count--;
            ledger.Reuse(task);
        }

        if (state.Count < _low && state.DueNs == Never)
            Queue(ref state, ledger);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        if (TryPut(cpu))
            ledger.Cache(task);
        else
            ledger.QueueForRcu(task);
    }

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
        if (!ledger.IsWaitingForRcu(task))
            return;
        if (TryPut(cpu))
            ledger.Cache(task);
        else
            ledger.Free(task);
    }

    private bool TryPut(int cpu)
    {
        ref State state = ref _cpus[cpu];
        if (state.Count >= _high)
            return false;
        state.Count++;
        return true;
    }

    // All items wait equally long, so the one queued first is due first.
    private void Queue(ref State state, StackLedger ledger)
    {
        state.DueNs = ledger.NowNs + _delayNs;
        if (_firstDueNs[0] < Never)
            return;
        _firstDueNs[0] = state.DueNs;
        ledger.WakeAt(state.DueNs);
    }

    private void Refill(ref State state, StackLedger ledger, int cpu)
    {
        state.DueNs = Never;
        if (state.Count >= _low)
            return;
        ledger.MapAhead(cpu, _high - state.Count);
        state.Count = _high;
    }

    private struct State
    {
        public long DueNs;
        public int Count;
    }
}

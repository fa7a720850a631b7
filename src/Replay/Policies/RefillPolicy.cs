using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: linux-5.18 whose caches are refilled in the background. When a fork leaves fewer than <c>low</c> stacks in its CPU's cache, a
/// work item is queued; after <c>delay_us</c> it maps stacks until the cache holds <c>high</c>, which is also what the cache may keep. How
/// long a work item waits and how long it maps is one assumed time. What it costs no fork pays: <see cref="StackLedger.MappedAhead"/>
/// counts the stacks. With <c>low</c> = 0 this is linux-5.18 with <c>high</c> slots.
/// </summary>
public readonly struct RefillPolicy : IStackPolicy<RefillPolicy>
{
    private const long Never = long.MaxValue;
    private readonly int[] _counts;
    private readonly long[] _dueNs;
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
        _counts = new int[machine.Cpus];
        _dueNs = new long[machine.Cpus];
        Array.Fill(_dueNs, Never);
        _firstDueNs = [Never];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "refill",
        "As linux-5.18; a work item maps stacks into a CPU's cache when it falls below a low mark.",
        "none: an idea of the lists of 2025 and 2026; the marks are those of a mempool (mm/mempool.c)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [
            new PolicyParameter("low", "fewer cached stacks queue the work item; at most high", "stacks", 1, 0, 65536),
            new PolicyParameter("high", "stacks that the work item fills up to, and that each CPU may keep", "stacks", 2, 0, 65536),
            new PolicyParameter("delay_us", "time from queueing the work item to its stacks, assumed", "us", 100, 1, 1_000_000),
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
        ledger.AdoptCached(cpu, policy._high - policy._counts[cpu]);
        policy._counts[cpu] = policy._high;
    }

    // A work item that is queued is cancelled: its CPU is gone, or nobody knows whether it was queued.
    public static long Empty(ref RefillPolicy policy, int cpu, bool isOffline)
    {
        int count = policy._counts[cpu];
        policy._counts[cpu] = 0;
        policy._dueNs[cpu] = Never;
        return count;
    }

    public static void Timer(ref RefillPolicy policy, StackLedger ledger, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        long firstDueNs = Never;
        for (int cpu = 0; cpu < policy._dueNs.Length; cpu++)
        {
            ref long dueNs = ref policy._dueNs[cpu];
            if (dueNs <= nowNs)
            {
                dueNs = Never;
                policy.Refill(ledger, cpu);
            }

            firstDueNs = Math.Min(firstDueNs, dueNs);
        }

        policy._firstDueNs[0] = firstDueNs;
        if (firstDueNs < Never)
            ledger.WakeAt(firstDueNs);
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref int count = ref _counts[cpu];
        if (count == 0)
        {
            ledger.MapNew(task);
        }
        else
        {
            count--;
            ledger.Reuse(task);
        }

        if (count < _low && _dueNs[cpu] == Never)
            Queue(ledger, cpu);
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
        ref int count = ref _counts[cpu];
        if (count >= _high)
            return false;
        count++;
        return true;
    }

    // All wait equally long, so the one queued first is due first.
    private void Queue(StackLedger ledger, int cpu)
    {
        _dueNs[cpu] = ledger.NowNs + _delayNs;
        if (_firstDueNs[0] < Never)
            return;
        _firstDueNs[0] = _dueNs[cpu];
        ledger.WakeAt(_dueNs[cpu]);
    }

    private void Refill(StackLedger ledger, int cpu)
    {
        ref int count = ref _counts[cpu];
        if (count >= _low)
            return;
        ledger.MapAhead(cpu, _high - count);
        count = _high;
    }
}

using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: a larger cache that gives back its idle part. Each CPU notes the lowest number of stacks in its cache within a period. That
/// many were not needed, and are dropped at the end of the period. So a stack lies unused for at most one to two periods. It needs one more
/// counter per CPU.
/// </summary>
public readonly struct TtlPolicy : IStackPolicy<TtlPolicy>
{
    private readonly int[] _counts;
    private readonly int[] _least;
    private readonly int _capacity;
    private readonly long _periodNs;
    private readonly bool[] _isTicking;

    public TtlPolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        _counts = new int[machine.Cpus];
        _least = new int[machine.Cpus];
        _capacity = (int)arguments["capacity"];
        _periodNs = arguments["period_ms"] * 1_000_000;
        _isTicking = new bool[1];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "ttl",
        "A per-CPU cache that drops stacks unused for a period; overflow is vfree'd.",
        "Working set of a magazine: J. Bonwick and J. Adams, USENIX 2001 (in no release)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [
            new PolicyParameter("capacity", "stacks that each CPU may keep", "stacks", 16, 0, 65536),
            new PolicyParameter("period_ms", "time after which unused stacks are dropped", "ms", 1000, 1, 3_600_000),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
    };

    public static TtlPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Timer(ref TtlPolicy policy, StackLedger ledger, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        bool isEmpty = true;
        for (int cpu = 0; cpu < policy._counts.Length; cpu++)
        {
            int unused = policy._least[cpu];
            if (unused > 0)
                ledger.FreeCached(cpu, unused);
            policy._counts[cpu] -= unused;
            policy._least[cpu] = policy._counts[cpu];
            isEmpty &= policy._counts[cpu] == 0;
        }

        // With an empty cache there is nothing to time: the next put starts a new period.
        policy._isTicking[0] = !isEmpty;
        if (!isEmpty)
            ledger.WakeAt(nowNs + policy._periodNs);
    }

    public static void Fill(ref TtlPolicy policy, StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ledger.AdoptCached(cpu, policy._capacity - policy._counts[cpu]);
        policy._counts[cpu] = policy._least[cpu] = policy._capacity;
        if (policy._isTicking[0])
            return;
        policy._isTicking[0] = true;
        ledger.WakeAt(ledger.NowNs + policy._periodNs);
    }

    public static long Empty(ref TtlPolicy policy, int cpu, bool isOffline)
    {
        int count = policy._counts[cpu];
        policy._counts[cpu] = policy._least[cpu] = 0;
        return count;
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref int count = ref _counts[cpu];
        if (count == 0)
        {
            ledger.MapNew(task);
            return;
        }

        count--;
        _least[cpu] = Math.Min(_least[cpu], count);
        ledger.Reuse(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        if (_counts[cpu] >= _capacity)
        {
            ledger.Free(task);
            return;
        }

        _counts[cpu]++;
        ledger.Cache(task);
        if (!_isTicking[0])
        {
            _isTicking[0] = true;
            ledger.WakeAt(ledger.NowNs + _periodNs);
        }
    }
}

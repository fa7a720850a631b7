using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: CPUs keep all stacks that they get, and a shrinker watches the machine. When more stacks than a watermark are cached, it
/// empties CPUs round-robin until a share of the watermark is left.
/// </summary>
public readonly struct ShrinkerPolicy : IStackPolicy<ShrinkerPolicy>
{
    private readonly int[] _counts;
    private readonly long[] _totalAndNext;
    private readonly long _watermark;
    private readonly long _kept;

    public ShrinkerPolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        _counts = new int[machine.Cpus];
        _totalAndNext = new long[2];
        _watermark = arguments["watermark"];
        _kept = _watermark * arguments["keep"] / 100;
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "shrinker",
        "Unbounded per-CPU caches; above a watermark for the machine, CPUs are emptied in turn.",
        "none: an idea, similar to mm/shrinker.c",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [
            new PolicyParameter("watermark", "most stacks that the machine may keep", "stacks", 256, 0, 1 << 24),
            new PolicyParameter("keep", "share of the watermark that the shrinker leaves", "%", 50, 0, 100),
        ])
    {
        Work = StackWork.Since420,
        FlushesOffline = true,
        SpansCpus = true,
    };

    public static ShrinkerPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    // The watermark, shared evenly.
    public static void Fill(ref ShrinkerPolicy policy, StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        int cpus = policy._counts.Length;
        int share = (int)((policy._watermark / cpus) + (cpu < policy._watermark % cpus ? 1 : 0));
        int missing = Math.Max(0, share - policy._counts[cpu]);
        ledger.AdoptCached(cpu, missing);
        policy._totalAndNext[0] += missing;
        policy._counts[cpu] += missing;
    }

    public static long Empty(ref ShrinkerPolicy policy, int cpu, bool isOffline)
    {
        int count = policy._counts[cpu];
        policy._totalAndNext[0] -= count;
        policy._counts[cpu] = 0;
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
        _totalAndNext[0]--;
        ledger.Reuse(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        _counts[cpu]++;
        _totalAndNext[0]++;
        ledger.Cache(task);
        if (_totalAndNext[0] > _watermark)
            Shrink(ledger);
    }

    private void Shrink(StackLedger ledger)
    {
        while (_totalAndNext[0] > _kept)
        {
            int cpu = (int)_totalAndNext[1];
            _totalAndNext[1] = cpu + 1 == _counts.Length ? 0 : cpu + 1;
            int dropped = (int)Math.Min(_counts[cpu], _totalAndNext[0] - _kept);
            _counts[cpu] -= dropped;
            _totalAndNext[0] -= dropped;
            if (dropped > 0)
                ledger.FreeCached(cpu, dropped);
        }
    }
}

using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: one cache for the CPUs that share a last-level cache, as large as theirs would be together. What its lock would cost is not
/// counted.
/// </summary>
public readonly struct LlcSharedPolicy : IStackPolicy<LlcSharedPolicy>
{
    private readonly int[] _groupOfCpu;
    private readonly long[] _counts;
    private readonly long[] _limits;

    public LlcSharedPolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        _groupOfCpu = [.. machine.CacheOfCpu];
        _counts = new long[machine.Caches];
        _limits = new long[machine.Caches];
        foreach (int group in _groupOfCpu)
            _limits[group] += arguments["capacity"];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "llc-shared",
        "One cache for the CPUs of a last-level cache; overflow is vfree'd.",
        "none: an idea",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.Since420,
        Reach = StackReach.LastLevelCache,
    };

    public static LlcSharedPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref LlcSharedPolicy policy, StackLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        for (int cpu = 0; cpu < policy._groupOfCpu.Length; cpu++)
        {
            int group = policy._groupOfCpu[cpu];
            ledger.AdoptCached(cpu, (int)(policy._limits[group] - policy._counts[group]));
            policy._counts[group] = policy._limits[group];
        }
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref long count = ref _counts[_groupOfCpu[cpu]];
        if (count == 0)
        {
            ledger.MapNew(task);
            return;
        }

        count--;
        ledger.Reuse(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        int group = _groupOfCpu[cpu];
        if (_counts[group] >= _limits[group])
        {
            ledger.Free(task);
            return;
        }

        _counts[group]++;
        ledger.Cache(task);
    }

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
    }

    public void TaskFree(StackLedger ledger, int cpu, int task)
    {
    }
}

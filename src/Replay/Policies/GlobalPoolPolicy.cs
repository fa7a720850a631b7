using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// A bound: one pool for the whole machine. Stacks are alike and any fork may take any of them, so keeping one whenever there is room is
/// the optimum: a pool that holds more at some moment never holds less later. No policy of this memory hits more often.
/// </summary>
public readonly struct GlobalPoolPolicy : IStackPolicy<GlobalPoolPolicy>
{
    private readonly int[] _groupOfCpu;
    private readonly long[] _counts;
    private readonly long[] _limits;

    public GlobalPoolPolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        _groupOfCpu = new int[machine.Cpus];
        _counts = new long[1];
        _limits = new long[1];
        foreach (int group in _groupOfCpu)
            _limits[group] += arguments["capacity"];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "global-pool",
        "Upper bound for a memory budget: one pool for all CPUs.",
        "none: a bound",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [PolicyParameter.Capacity])
    {
        Work = StackWork.Since420,
        Reach = StackReach.Machine,
    };

    public static GlobalPoolPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref GlobalPoolPolicy policy, StackLedger ledger)
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

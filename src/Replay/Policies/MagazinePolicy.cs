using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: a magazine of stacks per CPU, and a depot per memory node (or per last-level cache). Magazines are emptied into the depot and
/// filled from it. The cost of the depot's lock is not counted.
/// </summary>
public readonly struct MagazinePolicy : IStackPolicy<MagazinePolicy>
{
    private readonly int[] _magazines;
    private readonly int[] _depots;
    private readonly int[] _depotOfCpu;
    private readonly int _capacity;
    private readonly int _depotCapacity;

    public MagazinePolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        bool isOfCache = arguments["scope"] == 1;
        _capacity = (int)arguments["capacity"];
        _depotCapacity = (int)arguments["depot"];
        _depotOfCpu = isOfCache ? [.. machine.CacheOfCpu] : [.. machine.NodeOfCpu];
        _depots = new int[isOfCache ? machine.Caches : machine.Nodes];
        _magazines = new int[machine.Cpus];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "magazine",
        "A magazine per CPU and a depot per memory node; overflow of the depot is vfree'd.",
        "J. Bonwick and J. Adams, Magazines and Vmem, USENIX 2001 (in no release)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [
            PolicyParameter.Capacity,
            new PolicyParameter("depot", "most stacks that each depot may keep", "stacks", 16, 0, 1 << 20),
            new PolicyParameter("scope", "0: a depot per memory node, 1: a depot per last-level cache", "", 0, 0, 1),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
        MovesCached = true,
    };

    public static MagazinePolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref MagazinePolicy policy, StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ref int magazine = ref policy._magazines[cpu];
        ref int depot = ref policy._depots[policy._depotOfCpu[cpu]];

        // A magazine with capacity 0 may contain stacks that the depot had no room for.
        int missing = Math.Max(0, policy._capacity - magazine);
        ledger.AdoptCached(cpu, missing + policy._depotCapacity - depot);
        magazine += missing;
        depot = policy._depotCapacity;
    }

    public static long Empty(ref MagazinePolicy policy, int cpu, bool isOffline)
    {
        long count = policy._magazines[cpu];
        policy._magazines[cpu] = 0;
        if (isOffline)
            return count;
        ref int depot = ref policy._depots[policy._depotOfCpu[cpu]];
        count += depot;
        depot = 0;
        return count;
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref int magazine = ref _magazines[cpu];
        ref int depot = ref _depots[_depotOfCpu[cpu]];
        if (magazine == 0 && depot == 0)
        {
            ledger.MapNew(task);
            return;
        }

        if (magazine == 0)
        {
            int filled = Math.Max(1, Math.Min(_capacity, depot));
            depot -= filled;
            magazine += filled;
        }

        magazine--;
        ledger.Reuse(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        ref int magazine = ref _magazines[cpu];
        ref int depot = ref _depots[_depotOfCpu[cpu]];
        if (magazine >= _capacity)
        {
            // As much of the full magazine as fits goes to the depot, and the current stack begins a new magazine.
            int moved = Math.Min(magazine + 1, _depotCapacity - depot);
            if (moved == 0)
            {
                ledger.Free(task);
                return;
            }

            depot += moved;
            magazine -= moved;
        }

        magazine++;
        ledger.Cache(task);
    }
}

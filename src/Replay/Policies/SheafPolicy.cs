using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: SLUB's sheaves, with stacks in them. A CPU has a main and a spare sheaf, a memory node has a barn of full sheaves. A fork takes
/// a stack from the main sheaf. If it is empty, it is exchanged for the spare, or else for a full one of the barn; otherwise the fork
/// misses. A dead task's stack goes into the main sheaf. If it is full, it is exchanged for an empty spare, or else moved into the barn; if
/// the barn is full, the whole spare is vfree'd. Stacks of other nodes bypass all this and are given back. A task's stack is on the node of
/// the CPU that forked it. The cost of the barn's lock is not counted.
/// </summary>
public readonly struct SheafPolicy : IStackPolicy<SheafPolicy>
{
    private readonly Sheaves[] _cpus;
    private readonly int[] _barns;
    private readonly int[] _nodes;
    private readonly int _size;
    private readonly int _barnMax;

    public SheafPolicy(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        _size = (int)arguments["sheaf"];
        _barnMax = _size == 0 ? 0 : (int)arguments["barn"];
        _cpus = new Sheaves[machine.Cpus];
        _nodes = [.. machine.NodeOfCpu];
        _barns = new int[machine.Nodes];
    }

    public static PolicyDescriptor Descriptor { get; } = new(
        "sheaf",
        "SLUB's sheaves: a main and a spare sheaf per CPU, a barn of full sheaves per node; stacks of other nodes bypass them.",
        "__pcs_replace_empty_main, __pcs_replace_full_main, free_to_pcs, mm/slub.c, v6.18 (for stacks in no release)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [
            new PolicyParameter("sheaf", "stacks in a sheaf", "stacks", 2, 0, 65536),
            new PolicyParameter("barn", "most full sheaves that each node may keep (MAX_FULL_SHEAVES)", "sheaves", 10, 0, 10_000),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
        MovesCached = true,
    };

    public static SheafPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref SheafPolicy policy, StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ref Sheaves own = ref policy._cpus[cpu];
        ref int barn = ref policy._barns[policy._nodes[cpu]];
        int missing = (2 * policy._size) - own.Main - own.Spare;
        ledger.AdoptCached(cpu, missing + ((policy._barnMax - barn) * policy._size));
        own.Main = own.Spare = policy._size;
        barn = policy._barnMax;
    }

    public static long Empty(ref SheafPolicy policy, int cpu, bool isOffline)
    {
        long count = policy._cpus[cpu].Main + policy._cpus[cpu].Spare;
        policy._cpus[cpu] = default;
        if (isOffline)
            return count;
        ref int barn = ref policy._barns[policy._nodes[cpu]];
        count += (long)barn * policy._size;
        barn = 0;
        return count;
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref Sheaves own = ref _cpus[cpu];
        if (own.Main == 0 && !TryReplaceEmpty(ref own, cpu))
        {
            ledger.MapNew(task);
            return;
        }

        own.Main--;
        ledger.Reuse(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        int forkCpu = ledger.ForkCpu(task);
        bool isForeign = forkCpu >= 0 && _nodes[forkCpu] != _nodes[cpu];
        if (isForeign || _size == 0)
        {
            ledger.Free(task, isForeign);
            return;
        }

        ref Sheaves own = ref _cpus[cpu];
        if (own.Main == _size)
            ReplaceFull(ref own, ledger, cpu);
        own.Main++;
        ledger.Cache(task);
    }

    private bool TryReplaceEmpty(ref Sheaves own, int cpu)
    {
        ref int barn = ref _barns[_nodes[cpu]];
        if (own.Spare > 0)
        {
            own.Main = own.Spare;
            own.Spare = 0;
            return true;
        }

        if (barn == 0)
            return false;
        barn--;
        own.Main = _size;
        return true;
    }

    // A spare sheaf is always empty or full, because only empty and full sheaves are exchanged.
    private void ReplaceFull(ref Sheaves own, StackLedger ledger, int cpu)
    {
        ref int barn = ref _barns[_nodes[cpu]];
        own.Main = 0;
        if (own.Spare == 0)
            own.Spare = _size;
        else if (barn < _barnMax)
            barn++;
        else
            ledger.FreeCached(cpu, _size);
    }

    private struct Sheaves
    {
        public int Main;
        public int Spare;
    }
}

using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// Linux 6.19: like 5.18, but a CPU caches only stacks whose pages are all on its own node, unless that node has no memory. A stack is on
/// the node of the CPU that forked the task. A kernel thread's stack is on the node that was requested (<see cref="StackLedger.HintCpu"/>);
/// if that is not the CPU's own node, no cached stack can serve it. If the pages of new stacks are spread over nodes, CPUs of nodes with
/// memory cache none. The stack of a task from before the recording counts as local. If the trace gives no nodes, this is 5.18.
/// </summary>
public readonly struct Linux619Policy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<Linux619Policy>
{
    private const int Any = -1, Several = -2;
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);
    private readonly int[] _nodes = [.. machine.NodeOfCpu];

    // By CPU: the node of a stack forked there, and the node that a stack must be on to be cached there.
    private readonly int[] _homes = [.. machine.NodeOfCpu.Select(node => machine.SpreadsStacks ? Several : machine.MemoryOfNode[node])];
    private readonly int[] _wanted = [.. machine.NodeOfCpu.Select(node => machine.MemoryOfNode[node] == node ? node : Any)];

    public static PolicyDescriptor Descriptor { get; } = new(
        "linux-6.19",
        "Like linux-5.18; a CPU caches only stacks of its own memory node.",
        "alloc_thread_stack_node_from_cache, try_release_thread_stack_to_cache, kernel/fork.c, v6.19 (262ef8e55b7c)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [PolicyParameter.Capacity])
    {
        Group = PolicyGroup.Release,
        Version = 2,
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
        FreesUncharged = true,
    };

    public static Linux619Policy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref Linux619Policy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref Linux619Policy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        int hintCpu = ledger.HintCpu(task);
        if (hintCpu >= 0 && _nodes[hintCpu] != _nodes[cpu])
            ledger.MapNew(task, isForeign: true);
        else
            _caches.TakeOrMap(ledger, cpu, task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        if (IsForeign(ledger, cpu, task))
            ledger.QueueForRcu(task, isForeign: true);
        else if (_caches.TryPut(cpu))
            ledger.Cache(task);
        else
            ledger.QueueForRcu(task);
    }

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
        if (!ledger.IsWaitingForRcu(task))
            return;
        if (IsForeign(ledger, cpu, task))
            ledger.Free(task, isForeign: true);
        else if (_caches.TryPut(cpu))
            ledger.Cache(task);
        else
            ledger.Free(task);
    }

    private bool IsForeign(StackLedger ledger, int cpu, int task)
    {
        int wanted = _wanted[cpu];
        if (wanted == Any)
            return false;
        int hintCpu = ledger.HintCpu(task);
        int homeCpu = hintCpu >= 0 ? hintCpu : ledger.ForkCpu(task);
        return homeCpu >= 0 && _homes[homeCpu] != wanted;
    }
}

using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// Linux 6.19: as 5.18, but a CPU caches only stacks whose pages are on its own node. Cached stacks are therefore local, taken or new:
/// a task's stack is on the node of the CPU that forked it. That of a task from before the recording counts as local. User forks ask for no
/// node, so any cached stack serves them; what node kthreadd asks for no event shows. Where the trace gives no nodes, this is 5.18.
/// </summary>
public readonly struct Linux619Policy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<Linux619Policy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);
    private readonly int[] _nodes = [.. machine.NodeOfCpu];

    public static PolicyDescriptor Descriptor { get; } = new(
        "linux-6.19",
        "As linux-5.18; a CPU caches only stacks of its own memory node.",
        "alloc_thread_stack_node_from_cache, try_release_thread_stack_to_cache, kernel/fork.c, v6.19 (262ef8e55b7c)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [PolicyParameter.Capacity])
    {
        Group = PolicyGroup.Release,
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
    };

    public static Linux619Policy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref Linux619Policy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref Linux619Policy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

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
        int forkCpu = ledger.ForkCpu(task);
        return forkCpu >= 0 && _nodes[forkCpu] != _nodes[cpu];
    }
}

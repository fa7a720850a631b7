/// <summary>
/// Every dead task's stack waits for its own RCU callback, which caches or frees it. No kernel release does this: it is
/// thread_stack_free_rcu (kernel/fork.c, v5.18) without the first attempt in free_thread_stack.
/// </summary>
public readonly struct CallbackOnlyPolicy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<CallbackOnlyPolicy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "callback-only",
        "A per-CPU cache fed by the stack's own RCU callback; overflow is vfree'd.",
        "thread_stack_free_rcu, kernel/fork.c, v5.18, without the attempt before it (in no release)",
        StackReturn.OwnCallback,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [PolicyParameter.Capacity]) { FlushesOffline = true };

    public static CallbackOnlyPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static long Empty(ref CallbackOnlyPolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public static void Fill(ref CallbackOnlyPolicy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => ledger.QueueForRcu(task);

    public void StackCallback(StackLedger ledger, int cpu, int task)
    {
        if (ledger.IsWaitingForRcu(task))
            _caches.PutQueuedOrFree(ledger, cpu, task);
    }
}

using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: stacks of one page that grow when a task goes deeper. How deep tasks go no recording shows: <c>grown</c> says what share of
/// stacks has a second page on average, and memory is counted by it. Hits are those of 5.18. Page faults on stacks, the spare pages that
/// each CPU must hold, and the depth of any one task cannot be known from events of tasks.
/// </summary>
public readonly struct Dynamic4KPolicy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<Dynamic4KPolicy>
{
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "dynamic-4k",
        "As linux-5.18 with stacks of one page that grow by fault; memory by an assumed share of growth.",
        "Tatashin, Dynamic Kernel Stacks, RFC, March 2024; Stevens, second version, 2026 (in no release)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [
            PolicyParameter.Capacity,

            // 39 of 4632 stacks of an idle machine had grown by a page (Tatashin's RFC): 8 of 1000.
            new PolicyParameter("grown", "pages grown beyond the first, for a thousand stacks", "pages", 8, 0, 3000),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
    };

    public static Dynamic4KPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref Dynamic4KPolicy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref Dynamic4KPolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public static long BytesOfStack(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        long bytes = machine.PageBytes + (machine.PageBytes * arguments["grown"] / 1000);
        return Math.Min(bytes, machine.StackBytes);
    }

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => _caches.PutOrQueue(ledger, cpu, task);

    public void StackCallback(StackLedger ledger, int cpu, int task) => _caches.PutQueuedOrFree(ledger, cpu, task);
}

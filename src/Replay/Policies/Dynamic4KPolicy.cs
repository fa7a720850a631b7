using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: stacks of one page that grow when a task needs more. Hits are those of 5.18. Memory depends on <c>grown</c>, the pages that a
/// thousand stacks grow by on average. <c>recorded</c> says where this number comes from. 1: the recording, from kstack_* of /proc/vmstat;
/// this is used if the recording has these counters and the user does not set <c>grown</c>. 0: a stated number, by default that of <see
/// cref="StackGrowth.Published"/>. Page faults on stacks, the spare pages that each CPU must keep, and the depth of a single task are
/// unknown.
/// </summary>
public readonly struct Dynamic4KPolicy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<Dynamic4KPolicy>
{
    private const string Grown = "grown", Recorded = "recorded";
    private const long GrownMax = 3000;
    private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

    public static PolicyDescriptor Descriptor { get; } = new(
        "dynamic-4k",
        "Like linux-5.18, with stacks of one page that grow on page faults; memory from an assumed share of growth.",
        "Tatashin, Dynamic Kernel Stacks, RFC, March 2024; Stevens, second version, 2026 (in no release)",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback],
        [
            PolicyParameter.Capacity,

            new PolicyParameter(Grown, "pages that a thousand stacks grow by, beyond their first", "pages", StackGrowth.Published.PagesPerThousand, 0, GrownMax),
            new PolicyParameter(Recorded, "1: grown is from the recording's kstack_* counters; 0: grown is stated", "", 0, 0, 1),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        Version = 2,
        FlushesOffline = true,
        FreesUncharged = true,
    };

    public static Dynamic4KPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

    public static void Fill(ref Dynamic4KPolicy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

    public static long Empty(ref Dynamic4KPolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

    public static ImmutableDictionary<string, long> FromTrace(TraceFacts facts, ImmutableDictionary<string, long> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        ImmutableDictionary<string, long> none = ImmutableDictionary<string, long>.Empty;
        bool isAsked = given.TryGetValue(Recorded, out long recorded) && recorded == 1;
        if (!isAsked && (given.ContainsKey(Recorded) || given.ContainsKey(Grown)))
            return none;
        if (StackGrowth.Recorded(facts) is { } growth)
            return none.Add(Grown, Math.Min(growth.PagesPerThousand, GrownMax)).Add(Recorded, 1);
        return isAsked
            ? throw new PolicyException(
                "dynamic-4k:recorded=1 needs kstack_* of /proc/vmstat, which the recording does not have (6.12, CONFIG_DEBUG_STACK_USAGE): set grown")
            : none;
    }

    public static long BytesOfStack(PolicyArguments arguments, MachineShape machine)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(machine);
        long bytes = machine.PageBytes + (machine.PageBytes * arguments[Grown] / 1000);
        return Math.Min(bytes, machine.StackBytes);
    }

    public void Allocate(StackLedger ledger, int cpu, int task) => _caches.TakeOrMap(ledger, cpu, task);

    public void Release(StackLedger ledger, int cpu, int task) => _caches.PutOrQueue(ledger, cpu, task);

    public void StackCallback(StackLedger ledger, int cpu, int task) => _caches.PutQueuedOrFree(ledger, cpu, task);
}

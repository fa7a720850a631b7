using System.Reflection;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>A named policy with the mechanism <see cref="CachePolicy{TPath, TCaches}"/>: its differences from the others, as
/// data.</summary>
internal sealed record CachePreset(string Name, PolicyGroup Group, string Summary, string Source)
{
    // Called by reflection, so that the JIT compiles the loops. Those in a ReadyToRun image, compiled without a profile, took a third
    // longer.
    private static readonly MethodInfo s_run = typeof(CachePreset).GetMethod(nameof(Run), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>When a dead task's stack returns.</summary>
    public StackReturn Return { get; init; } = StackReturn.FinalSwitch;

    /// <summary>The cache that it returns to; null for none.</summary>
    public StackReach? Cache { get; init; } = StackReach.Cpu;

    /// <summary>What happens to a stack if the cache is full at the final switch.</summary>
    public CacheOverflow Overflow { get; init; } = CacheOverflow.Vfree;

    /// <summary>True if the cache is unbounded; else it has a <c>capacity</c>.</summary>
    public bool IsBoundless { get; init; }

    /// <summary>True if stacks are order-2 pages. Only valid without a cache.</summary>
    public bool TakesPages { get; init; }

    /// <summary>True if the cache of a CPU that goes offline is emptied.</summary>
    public bool FlushesOffline { get; init; }

    /// <summary>True if a stack that cannot be charged is vfree'd.</summary>
    public bool FreesUncharged { get; init; }

    /// <summary>True if a stack is one page (SCS_SIZE), not a thread stack.</summary>
    public bool IsOnePage { get; init; }

    /// <summary>Additional work on stacks, for the cost model. <see cref="StackWork.DeferredVfree"/> is implied for callbacks.</summary>
    public StackWork Work { get; init; }

    private bool HasCapacity => Cache is not null && !IsBoundless;

    private bool HasSecondChance => Overflow == CacheOverflow.SecondChance;

    /// <summary>The policy's entry in the catalogue.</summary>
    public PolicyEntry Entry() => new(Descriptor(), Begin, (_, machine) => IsOnePage ? machine.PageBytes : machine.StackBytes);

    /// <summary>An entry for another name of it.</summary>
    public PolicyEntry Alias(string name, PolicyGroup group, string summary, string source) =>
        PolicyEntry.StandIn(Descriptor() with { Name = name, Group = group, Summary = summary, Source = source }, _ => (Name, null));

    private PolicyDescriptor Descriptor()
    {
        bool vfreesLater = !TakesPages && (Return != StackReturn.FinalSwitch || Overflow != CacheOverflow.Vfree);
        return new PolicyDescriptor(Name, Summary, Source, Return, [.. Uses()], HasCapacity ? [PolicyParameter.Capacity] : [])
        {
            Group = Group,
            Reach = Cache ?? StackReach.Cpu,
            Work = vfreesLater ? Work | StackWork.DeferredVfree : Work,

            // One-pass replay supports only full thread stacks.
            OnlyCounts = HasCapacity && !IsOnePage && Cache == StackReach.Cpu && !HasSecondChance && (Return is StackReturn.FinalSwitch or StackReturn.TaskFree),
            FlushesOffline = FlushesOffline,
            FreesUncharged = FreesUncharged,
        };
    }

    private IEnumerable<StackOperationKind> Uses()
    {
        yield return StackOperationKind.Allocate;
        yield return StackOperationKind.Release;
        if (HasSecondChance || Return == StackReturn.OwnCallback)
            yield return StackOperationKind.StackCallback;
        if (Return is StackReturn.TaskFree or StackReturn.StructFree)
            yield return StackOperationKind.TaskFree;
        if (Return == StackReturn.StructFree)
            yield return StackOperationKind.StructFree;
    }

    private PolicyRun Begin(StackOperations operations, MachineShape machine, PolicyArguments arguments)
    {
        long capacity = HasCapacity ? arguments[PolicyParameter.Capacity.Name] : int.MaxValue;
        object caches = Cache switch
        {
            null => TakesPages ? new PageBlocks() : new NoCaches(),
            StackReach.Cpu => new CpuCaches(new PerCpuCaches(machine.Cpus, capacity)),
            StackReach.ForkingCpu => new ForkingCpuCaches(new PerCpuCaches(machine.Cpus, capacity)),
            { } group => new GroupCaches(new SharedPools(machine.GroupsOf(group).AsSpan(), capacity)),
        };
        Type path = Return switch
        {
            StackReturn.FinalSwitch => HasSecondChance ? typeof(AtFinalSwitchAndCallback) : typeof(AtFinalSwitch),
            StackReturn.OwnCallback => typeof(AtOwnCallback),
            StackReturn.StructFree => typeof(AtStructFree),
            _ => typeof(AtTaskFree),
        };
        return (PolicyRun)s_run.MakeGenericMethod(path, caches.GetType()).Invoke(null, [operations, caches])!;
    }

    private static PolicyRun<CachePolicy<TPath, TCaches>> Run<TPath, TCaches>(StackOperations operations, TCaches caches)
        where TPath : struct, IReturnPath
        where TCaches : struct, IStackCaches =>
        new(new CachePolicy<TPath, TCaches>(caches), operations);
}

/// <summary>What happens to a stack if the cache is full.</summary>
internal enum CacheOverflow
{
    /// <summary>It is vfree'd at once.</summary>
    Vfree,

    /// <summary>A workqueue vfrees it, since the scheduler must not sleep (vfree_atomic, 4.10).</summary>
    LaterVfree,

    /// <summary>An RCU callback offers it to the cache once more (thread_stack_free_rcu, 5.18).</summary>
    SecondChance,
}

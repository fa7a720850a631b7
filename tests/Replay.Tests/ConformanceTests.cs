using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>What must hold of every policy in the catalogue. A policy that is added is tested without being named here.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Policies() => [.. Replays.AllPolicies];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Stacks_are_conserved_and_figures_agree(string policy)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            StackOperations operations = LifecycleBuilder.Build(SyntheticTrace.Random(seed, 800, 1 + seed));
            RequireSound(operations, policy, Replays.Machine(operations));
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Ends_of_every_parameter_are_taken(string policy)
    {
        StackOperations operations = LifecycleBuilder.Build(SyntheticTrace.Random(11, 600, 3));
        foreach (PolicyParameter parameter in PolicyCatalog.ByName(policy).Descriptor.Parameters)
        {
            Assert.InRange(parameter.Default, parameter.Min, parameter.Max);
            RequireSound(operations, $"{policy}:{parameter.Name}={parameter.Min}", null);
            RequireSound(operations, $"{policy}:{parameter.Name}={parameter.Max}", null);
            Assert.Throws<PolicyException>(() => PolicySelection.Parse($"{policy}:{parameter.Name}={parameter.Max + 1}"));
            Assert.Throws<PolicyException>(() => PolicySelection.Parse($"{policy}:{parameter.Name}={parameter.Min - 1}"));
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void An_empty_trace_has_no_figures_and_breaks_nothing(string policy)
    {
        EventTable empty = new SyntheticTrace().ToTable();
        (StackLedger ledger, MemoryUse memory) = Replays.Ledger(LifecycleBuilder.Build(empty), policy);
        Assert.Equal(0, ledger.Allocations);
        Assert.Equal(0, ledger.Breaches);
        Assert.Equal(0, memory.Cached.PeakBytes);
        Assert.NotNull(Replays.Of(empty, policy).Unmet);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Ends_without_beginnings_and_frees_without_ends_are_taken(string policy)
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        for (int index = 0; index < 50; index++)
        {
            int existed = trace.NewTaskId();
            trace.Die(1000 + index, index % 2, existed, zombie: index % 3 == 0);
            if (index % 4 != 0)
                trace.Free(9_000_000 + index, 1, existed);
            trace.Free(2000 + index, 0, trace.NewTaskId());
            trace.Fork(5_000_000 + (index * 100_000), index % 2);
        }

        RequireSound(LifecycleBuilder.Build(trace.ToTable()), policy, null);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void An_operation_allocates_no_memory(string policy)
    {
        StackOperations operations = LifecycleBuilder.Build(SyntheticTrace.Random(2, 20_000, 4));
        PolicySelection selection = PolicySelection.Parse(policy);
        MachineShape machine = Replays.Machine(operations);
        CostModel costs = CostModelCatalog.Load(CostModelCatalog.Default);

        // One window for the whole trace: closing a window may grow the list of windows.
        ReplayContext context = new(operations, machine, costs, windowNs: long.MaxValue / 4);
        long least = long.MaxValue;

        // What happens once, when code first runs, is no allocation of an operation.
        for (int round = 0; round < 3; round++)
        {
            StackLedger ledger = new(context, selection.Policy.Descriptor);
            PolicyRun run = selection.Policy.Begin(operations, machine, selection.Arguments);
            run.Replay(ledger, 0, operations.Count / 4);
            long before = GC.GetAllocatedBytesForCurrentThread();
            run.Replay(ledger, operations.Count / 4, operations.Count);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // The queue of vfrees doubles when its load does.
        bool hasQueue = selection.Policy.Descriptor.Work.HasFlag(StackWork.DeferredVfree);
        Assert.InRange(least, 0, hasQueue ? operations.Count / 4 : 0);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Figures_are_the_same_at_any_number_of_threads(string policy)
    {
        EventTable events = SyntheticTrace.Random(4, 2000, 4);
        ReplayPlan plan = Replays.Plan(policy, "linux-4.9", "linux-5.18", "magazine") with { Reuse = true };
        var once = ReplayEngine.Run(events, plan with { Threads = 1 });
        var again = ReplayEngine.Run(events, plan with { Threads = 3 });
        for (int cell = 0; cell < once.Length; cell++)
            Rows.RequireEqual(once[cell], again[cell]);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void No_policy_hits_more_than_one_pool_without_bound(string policy)
    {
        for (int seed = 20; seed < 24; seed++)
        {
            EventTable events = SyntheticTrace.Random(seed, 1500, 4);
            Assert.True(Replays.Of(events, policy).Hits <= Replays.Of(events, "global-pool:capacity=65536").Hits);
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Without_room_nothing_hits_and_more_room_never_hurts(string policy)
    {
        var parameters = PolicyCatalog.ByName(policy).Descriptor.Parameters;
        if (!parameters.Any(parameter => parameter.Name == "capacity") || parameters.Any(parameter => parameter.Name == "depot"))
            return;
        EventTable events = SyntheticTrace.Random(31, 3000, 3);
        var curve = ReplayEngine.Run(events, Replays.Plan($"{policy}:capacity=0..12"));
        Assert.Equal(0, curve[0].Hits);
        for (int capacity = 1; capacity < curve.Length; capacity++)
            Assert.True(curve[capacity].Hits >= curve[capacity - 1].Hits, $"{policy} at {capacity}");
    }

    private static void RequireSound(StackOperations operations, string policy, MachineShape? machine)
    {
        (StackLedger ledger, MemoryUse memory) = Replays.Ledger(operations, policy, machine);
        Assert.Equal(0, ledger.Breaches);
        Assert.Equal(operations.Evidence.Total(StackOperationKind.Allocate), ledger.Hits + ledger.Misses);
        Assert.Equal(ledger.Misses, ledger.Causes.Total);
        Assert.Equal(ledger.Allocations, ledger.Latency.Count);
        Assert.Equal(ledger.Allocations, ledger.Series.Sum(point => point.Allocations));
        Assert.Equal(ledger.Hits, ledger.Series.Sum(point => point.Hits));
        if (memory.Stranded is { } stranded)
            Assert.True(stranded.EndBytes <= memory.Cached.EndBytes && stranded.MeanBytes <= memory.Cached.MeanBytes + 1e-6);
        long bytes = PolicySelection.Parse(policy) is { } selection ? selection.Policy.BytesOfStack(selection.Arguments) : 0;
        Assert.Equal(
            ledger.StacksAtStart + ledger.Misses,
            ledger.Freed + ((memory.Live.EndBytes + memory.Cached.EndBytes + memory.WaitingForRcu.EndBytes) / bytes));
    }
}

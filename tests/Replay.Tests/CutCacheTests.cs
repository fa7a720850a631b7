using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>After lost events, the content of a CPU's cache is unknown: anything from empty to full.</summary>
public sealed class CutCacheTests
{
    private const string Make = "native-6.18/make.perf.data.zst";

    [Theory]
    [InlineData(0, "linux-4.9", 0, 2)]
    [InlineData(0, "linux-5.18", 0, 2)]
    [InlineData(0, "linux-6.19", 0, 2)]
    [InlineData(0, "ttl", 0, 2)]
    [InlineData(0, "magazine", 0, 2)]
    [InlineData(0, "global-pool", 0, 2)]
    [InlineData(-1, "linux-5.18", 0, 2)]
    [InlineData(1, "linux-4.9", 2, 2)]
    [InlineData(1, "linux-5.18", 2, 2)]
    [InlineData(1, "magazine:scope=1", 2, 2)]
    [InlineData(1, "global-pool", 0, 2)]
    [InlineData(1, "parent-return", 0, 2)]
    [InlineData(1, "shrinker", 0, 2)]
    public void Two_deaths_a_gap_and_two_forks(int cpuOfGap, string policy, long fromEmpty, long fromFull)
    {
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new LossInterval(cpuOfGap, 3000, 4000, 9)] };
        int[] tasks = [trace.NewTaskId(), trace.NewTaskId()];
        trace.Die(1000, 0, tasks[0]);
        trace.Die(2000, 0, tasks[1]);
        trace.Fork(5000, 0);
        trace.Fork(6000, 0);
        CellResult row = ReplayOn(trace.ToTable(), policy);
        Assert.Equal((fromEmpty, fromFull), (row.Hits, row.HitsStartingFull));
        Assert.Equal(cpuOfGap < 0 ? 2 : 1, row.CutCaches);
        Assert.Equal(0, row.Freed);
        if (fromEmpty == 0)
            Assert.Equal(new MissCauses(Cold: 2, Placement: 0, Node: 0, RcuDelay: 0, Capacity: 0), row.Causes);
    }

    [Theory]
    [InlineData(0, long.MinValue, long.MaxValue, 0)]
    [InlineData(0, 3000, long.MaxValue, 0)]
    [InlineData(0, 100, 900, 0)]
    [InlineData(0, long.MinValue, 1000, 0)]
    [InlineData(0, 3000, 5000, 1)]
    [InlineData(0, 7000, 8000, 0)]
    [InlineData(0, 2500, 5500, 2)]
    [InlineData(-1, 2500, 5500, 3)]
    [InlineData(9, 3000, 4000, 0)]
    public void A_cache_is_cut_where_a_loss_ends_and_at_each_event_within(int cpu, long fromNs, long toNs, int cuts)
    {
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new LossInterval(cpu, fromNs, toNs, 1)] };
        trace.Die(1000, 0, trace.NewTaskId());
        trace.Fork(5000, 0);
        trace.Fork(6000, 0);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(cuts, operations.CutCaches);
        if (cuts == 1)
            Assert.Equal(StackOperationKind.LostEvents, operations.Kinds[operations.Kinds.IndexOf(StackOperationKind.Allocate) - 1]);
    }

    [Fact]
    public void What_is_forgotten_is_neither_freed_nor_there()
    {
        SyntheticTrace trace = new() { Losses = [new LossInterval(0, 3000, 4000, 1)] };
        trace.Die(1000, 0, trace.NewTaskId());
        trace.Die(2000, 0, trace.NewTaskId());
        trace.Fork(9000, 0);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        var (ledger, memory) = Replays.Ledger(operations, "linux-5.18");
        Assert.Equal((2, 0, 0), (ledger.Forgotten, ledger.Freed, ledger.Breaches));
        Assert.Equal((2 * 16384, 0), (memory.Cached.PeakBytes, memory.Cached.EndBytes));
        (ledger, memory) = Replays.Ledger(operations, "linux-5.18", startFull: true);
        Assert.Equal((2, 1, 16384), (ledger.Forgotten, ledger.Hits, memory.Cached.EndBytes));
    }

    [Fact]
    public void A_death_that_a_gap_hides_fills_no_cache_after_it()
    {
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new LossInterval(1, 3000, 4000, 1)] };
        int task = trace.Fork(1000, 0);
        trace.Die(1500, 0, trace.Fork(1200, 0));
        trace.Fork(1600, 0);
        trace.Free(20_000_000, 0, task);
        trace.Fork(21_000_000, 0);
        trace.Fork(22_000_000, 1);
        foreach (string policy in new[] { "linux-4.9", "linux-5.18", "parent-return" })
            Assert.Equal(1, Replays.Of(trace.ToTable(), policy).Hits);

        // If the task's callback fills the cache, that is recorded.
        Assert.Equal(1, Replays.Of(trace.ToTable(), "rcu-cache").Hits);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void A_stack_that_waits_for_rcu_may_come_back_in_the_gap(int cpuOfGap, long hits)
    {
        // The cache is full, so the third stack waits. A later task's free proves that it is back, but not when.
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new LossInterval(cpuOfGap, 2_000_000, 30_000_000, 1)] };
        for (int index = 0; index < 3; index++)
            trace.Die(1000 + index, 0, trace.NewTaskId());
        trace.Fork(1_000_000, 0);
        trace.Fork(2_000_000, 0);
        int later = trace.NewTaskId();
        trace.Die(2_000_000, 0, later);
        trace.Free(50_000_000, 0, later);
        trace.Fork(60_000_000, 0);
        CellResult row = Replays.Of(trace.ToTable(), "linux-5.18");
        Assert.Equal(2 + hits, row.Hits);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public void A_fork_that_began_in_the_gap_leaves_the_cache_unknown_too(bool showsAllocations, long hits)
    {
        // A full cache has two slots. The first fork may have taken its stack before or after the end of the gap.
        SyntheticTrace trace = new() { Losses = [new LossInterval(0, 3000, 4000, 1)] };
        int parent = trace.NewTaskId();
        if (showsAllocations)
            trace.AllocateTask(900, 0, parent);
        trace.Fork(1000, 0, parent);
        trace.Fork(5000, 0, parent);
        foreach (long timeNs in new long[] { 6000, 7000 })
        {
            if (showsAllocations)
                trace.AllocateTask(timeNs - 1, 0, parent);
            trace.Fork(timeNs, 0, parent);
        }

        trace.Die(9000, 0, parent);
        CellResult row = Replays.Of(trace.ToTable(), "linux-5.18");
        Assert.Equal((0, 1 + hits), (row.Hits, row.HitsStartingFull));
    }

    [Fact]
    public void A_free_that_a_gap_hides_fills_no_cache_after_it()
    {
        SyntheticTrace trace = new() { Losses = [new LossInterval(0, 3000, 90_000_000, 1)] };
        trace.Free(1000, 0, trace.NewTaskId());
        trace.Fork(1500, 0);
        trace.Die(2000, 0, trace.Fork(1600, 0));
        trace.Fork(95_000_000, 0);
        trace.Fork(900_000_000, 0);
        CellResult row = Replays.Of(trace.ToTable(), "rcu-cache");
        Assert.Equal((1, 4), (row.Hits, row.HitsStartingFull));
    }

    [Fact]
    public void A_free_proves_nothing_of_what_died_later_if_a_gap_hides_when_it_was_asked_for()
    {
        // The second wait reaps the first child, unless a wait in the gap did.
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new LossInterval(1, 2000, 3000, 1)] };
        int parent = trace.NewTaskId();
        int[] children = [trace.Fork(100, 1, parent), trace.Fork(200, 1, parent)];
        foreach (int child in children)
        {
            trace.Exit(1000 + child, 0, child);
            trace.Die(1100 + child, 0, child, zombie: true);
        }

        int other = trace.Fork(3200, 1, parent);
        trace.Die(3500, 0, other, zombie: true);
        trace.Add(4000, 1, EventKind.Wait, parent, -1, 0);
        trace.Free(5000, 0, children[0]);
        trace.Fork(90_000_000, 1, parent);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        int callback = Enumerable.Range(0, operations.Count)
            .Single(index => operations.Kinds[index] == StackOperationKind.StackCallback && operations.TaskIds[index] == other);
        Assert.Equal(Evidence.Modelled, operations.EvidenceOf[callback]);
        Assert.True(operations.TimesNs[callback] > 5000);
    }

    [Theory]
    [InlineData("linux-4.9", 1)]
    [InlineData("linux-4.9", 3)]
    [InlineData("linux-4.20", 2)]
    [InlineData("rcu-cache", 2)]
    [InlineData("ttl", 4)]
    public void The_truth_is_between_from_the_gap_on(string policy, int capacity)
    {
        int cut = 0, wide = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            EventTable whole = Load(seed, 120, 3);
            (int above, int below) = RequireBetween(whole, $"{policy}:capacity={capacity}", seed);
            cut += above;
            wide += below;
        }

        Assert.True(cut > 10 && wide > 10, $"{cut} forks whose hit is not claimed, {wide} whose miss is not");
    }

    [Fact]
    public void A_second_chance_is_never_claimed_after_a_gap()
    {
        for (int seed = 0; seed < 60; seed++)
            RequireBetween(Load(seed, 120, 3), "linux-5.18:capacity=1", seed, hasUpperEnd: false);
    }

    [Fact]
    public void The_truth_is_between_in_a_recording()
    {
        using EventTable read = TraceReader.Read(RepositoryFiles.SampleTrace(Make));
        EventTable whole = ReplayInput.Of(read);
        int cut = 0;
        for (int seed = 0; seed < 25; seed++)
            cut += RequireBetween(whole, "linux-4.20:capacity=2", seed).NotClaimed;
        Assert.True(cut > 10);
    }

    [Fact]
    public void The_warm_up_forgets_no_cut()
    {
        EventTable events = SyntheticTrace.RandomWithLosses(3, 800, 2);
        CellResult row = ReplayEngineRow(events, "linux-4.9");
        Assert.Equal(LifecycleBuilder.Build(events).CutCaches, row.CutCaches);
        Assert.Equal(GradeLevel.D, row.Grade.Level);
        Assert.True(row.Hits < row.HitsStartingFull);
    }

    private static CellResult ReplayEngineRow(EventTable events, string policy) =>
        ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { WarmupNs = 20_000_000 }))[0];

    // A shared cache belongs to one node and one last-level cache.
    private static CellResult ReplayOn(EventTable events, string policy) => Replays.Of(events, policy);

    // Removes a run of events of a CPU. For each fork after it, compares the result from the whole trace with both bounds.
    private static (int NotClaimed, int NotExcluded) RequireBetween(EventTable whole, string policy, int seed, bool hasUpperEnd = true)
    {
        Random random = new(seed);
        int cpu = random.Next(whole.Facts.Cpus);
        int rows = Enumerable.Range(0, whole.Count).Count(row => whole.Cpus[row] == cpu);
        int first = 1 + random.Next(rows / 2);
        EventTable lossy = LostEvents.Of(whole, cpu, first, 1 + random.Next(rows / 3));
        long behindNs = lossy.Facts.Losses[^1].ToNs;
        StackOperations operations = LifecycleBuilder.Build(lossy);
        StackOperations all = LifecycleBuilder.Build(whole);
        var truth = Replays.Ledger(all, policy).Ledger;
        var empty = Replays.Ledger(operations, policy).Ledger;
        var full = Replays.Ledger(operations, policy, startFull: true).Ledger;
        int notClaimed = 0, notExcluded = 0;
        for (int index = 0; index < operations.Count; index++)
        {
            if (operations.Kinds[index] != StackOperationKind.Allocate || operations.Cpus[index] != cpu || operations.TimesNs[index] < behindNs)
                continue;
            int task = operations.TaskIds[index];
            if (operations.IsFailedFork(task))
                continue;
            Assert.True(truth.WasHit(task) || !empty.WasHit(task), $"seed {seed}: task {task} did not hit, but from empty it does");
            Assert.True(!truth.WasHit(task) || full.WasHit(task) || !hasUpperEnd, $"seed {seed}: task {task} hit, but from full it does not");
            notClaimed += truth.WasHit(task) && !empty.WasHit(task) ? 1 : 0;
            notExcluded += !truth.WasHit(task) && full.WasHit(task) ? 1 : 0;
        }

        return (notClaimed, notExcluded);
    }

    // Every task reaps itself at its death and is freed on the same CPU, so no model is needed.
    private static EventTable Load(int seed, int forks, int cpus)
    {
        Random random = new(seed);
        SyntheticTrace trace = new() { Cpus = cpus };
        long timeNs = 1_000_000;
        for (int index = 0; index < forks; index++)
        {
            timeNs += random.Next(10) == 0 ? random.Next(5_000_000) : random.Next(200_000);
            int task = trace.Fork(timeNs, random.Next(cpus));
            if (random.Next(8) == 0)
                continue;
            long deathNs = timeNs + 1 + random.Next(3_000_000);
            int cpu = random.Next(cpus);
            trace.Die(deathNs, cpu, task);
            trace.Free(deathNs + 1_000_000 + random.Next(5_000_000), cpu, task);
        }

        return trace.ToTable();
    }
}

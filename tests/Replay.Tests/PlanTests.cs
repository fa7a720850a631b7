using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Other parts of a plan: warm-up, bounds for the start, breakdowns, reuse; and memory that is not visible.</summary>
public sealed class PlanTests
{
    [Fact]
    public void Figures_leave_out_the_warm_up_but_caches_keep_what_they_got()
    {
        EventTable events = Sequential(100);
        CellResult all = Replays.Of(events, "linux-4.9");
        CellResult warm = ReplayEngine.Run(events, Replays.Plan("linux-4.9").Under(one => one with { WarmupNs = 5_000_000 }))[0];
        Assert.Equal(1, all.Misses);
        Assert.Equal(0, warm.Misses);
        Assert.Equal(95, warm.Hits);
        Assert.Equal(95, warm.Latency.Count);
        Assert.Equal(95, warm.ByCpu.Sum(use => use.Hits));
        Assert.Equal(95, warm.Series.Sum(point => point.Allocations));
        Assert.Equal(5_000_000, warm.Conditions.WarmupNs);
        Assert.NotEqual(all.Cell, warm.Cell);
    }

    [Fact]
    public void A_warm_up_longer_than_the_recording_leaves_no_forks()
    {
        foreach (string policy in Replays.AllPolicies)
        {
            CellResult row = ReplayEngine.Run(Sequential(100), Replays.Plan(policy).Under(one => one with { WarmupNs = long.MaxValue }))[0];
            Assert.Equal(0, row.Allocations);
        }
    }

    [Fact]
    public void Warm_up_and_the_rest_are_all_forks()
    {
        EventTable events = SyntheticTrace.Random(8, 2000, 3);
        foreach (string policy in Replays.AllPolicies)
        {
            CellResult row = ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { WarmupNs = 100_000_000 }))[0];
            long later = 0;
            for (int index = 0; index < events.Count; index++)
                later += events.Kinds[index] == EventKind.NewTask && events.TimesNs[index] >= events.Facts.FirstNs + 100_000_000 ? 1 : 0;
            Assert.Equal(later, row.Allocations);
        }
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-5.18")]
    [InlineData("rcu-cache")]
    [InlineData("llc-shared")]
    [InlineData("parent-return")]
    public void Full_caches_at_the_start_add_at_most_what_they_held(string policy)
    {
        const int Cpus = 3;
        foreach (int capacity in new[] { 0, 1, 2, 7 })
        {
            for (int seed = 0; seed < 5; seed++)
            {
                CellResult row = Replays.Of(SyntheticTrace.Random(seed, 700, Cpus), $"{policy}:capacity={capacity}");
                Assert.NotNull(row.HitsStartingFull);
                Assert.InRange(row.HitsStartingFull.Value, row.Hits, row.Hits + (Cpus * capacity));
            }
        }
    }

    [Fact]
    public void The_first_forks_hit_if_the_caches_were_full()
    {
        CellResult row = Replays.Of(Sequential(10), "linux-4.9");
        Assert.Equal(9, row.Hits);
        Assert.Equal(10, row.HitsStartingFull);
        Assert.Null(ReplayEngine.Run(Sequential(10), Replays.Plan("linux-4.9").Under(one => one with { Start = CacheStart.Empty }))[0].HitsStartingFull);
        Assert.Null(Replays.Of(Sequential(10), "unbounded").HitsStartingFull);
    }

    [Fact]
    public void Groups_sum_to_the_whole_and_name_the_forker()
    {
        EventTable events = SyntheticTrace.Random(5, 1000, 3);
        foreach (string policy in Replays.AllPolicies)
        {
            CellResult row = Replays.Of(events, policy);
            Assert.Equal(row.Hits, row.ByCpu.Sum(use => use.Hits));
            Assert.Equal(row.Causes.Capacity, row.ByCpu.Sum(use => use.Misses.Capacity));
            Assert.Equal(row.Misses, row.ByComm.Sum(use => use.Misses.Total));
            Assert.Equal([0, 1, 2], row.ByCpu.Select(use => use.Cpu));
        }
    }

    [Fact]
    public void Stacks_on_a_cpu_that_forks_no_more_are_stranded()
    {
        // Two tasks die on CPU 1, which never forks, in the middle; one dies on CPU 0, after its last fork.
        SyntheticTrace trace = new() { Cpus = 2 };
        int[] tasks = [.. Enumerable.Range(0, 3).Select(index => trace.Fork(1000 + index, 0))];
        trace.Die(500_000, 1, tasks[0]);
        trace.Die(500_000, 1, tasks[1]);
        trace.Die(750_750, 0, tasks[2]);
        trace.Add(1_001_000, 0, EventKind.Wakeup, -1, -1, 0);
        MemoryUse memory = Replays.Of(trace.ToTable(), "linux-4.9").Memory;
        Assert.Equal(3 * 16384, memory.Stranded!.EndBytes);
        Assert.Equal(16384.0 * ((2 * 501_000) + 250_250) / 1_000_000, memory.Stranded.MeanBytes, 1e-6);
        Assert.Null(Replays.Of(trace.ToTable(), "magazine").Memory.Stranded);
    }

    [Fact]
    public void Dropped_stacks_wait_for_the_workqueue_since_410()
    {
        SyntheticTrace trace = new();
        int[] tasks = [.. Enumerable.Range(0, 5).Select(index => trace.Fork(index, 0))];
        foreach (int task in tasks)
            trace.Die(1_000_000, 0, task);
        trace.Add(24_000_000, 0, EventKind.Wakeup, -1, -1, 0);
        MemoryUse memory = Replays.Of(trace.ToTable(), "linux-4.10").Memory;
        Assert.Equal(3 * 16384, memory.WaitingForVfree!.PeakBytes);
        Assert.Equal(16384 * 3 * 4.0 / 24, memory.WaitingForVfree.MeanBytes, 1e-6);
        Assert.Equal(0, memory.WaitingForVfree.EndBytes);
        Assert.Null(Replays.Of(trace.ToTable(), "linux-4.9").Memory.WaitingForVfree);
        Assert.Equal(3 * 20480, memory.AddressSpace!.FreedBytes);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 3)]
    [InlineData(16, 5)]
    [InlineData(256, 9)]
    public void A_purge_comes_every_fls_of_cpus_times_32_MiB(int cpus, int bits)
    {
        SyntheticTrace trace = new() { Cpus = cpus };
        trace.Die(2000, 0, trace.Fork(1000, 0));
        AddressSpaceUse use = Replays.Of(trace.ToTable(), "no-cache").Memory.AddressSpace!;
        Assert.Equal(bits * 32L * 1024 * 1024, use.PurgeThresholdBytes);
        Assert.Equal(20480.0 / use.PurgeThresholdBytes, use.Purges, 1e-12);
        Assert.Null(Replays.Of(trace.ToTable(), "pages-early").Memory.AddressSpace);
    }

    [Theory]
    [InlineData("linux-5.18:capacity=0")]
    [InlineData("rcu-cache:capacity=0")]
    [InlineData("vmap-nocache-rcu")]
    [InlineData("linux-4.10:capacity=0")]
    public void The_delay_of_the_workqueue_is_a_parameter(string policy)
    {
        EventTable events = SyntheticTrace.Random(2, 2000, 2);
        double Mean(long delayNs) =>
            ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { VfreeDelayNs = delayNs }))[0].Memory.WaitingForVfree!.MeanBytes;
        Assert.InRange(Mean(8_000_000) / Mean(2_000_000), 3.9, 4.0);
        Assert.Equal(Mean(4_000_000), Replays.Of(events, policy).Memory.WaitingForVfree!.MeanBytes);
    }

    [Fact]
    public void Reuse_is_followed_in_time_and_across_processes()
    {
        const long CloneThread = 0x10000;
        SyntheticTrace trace = new();
        int shell = trace.NewTaskId();
        int thread = trace.NewTaskId();
        int another = trace.NewTaskId();
        int process = trace.NewTaskId();
        trace.Add(1000, 0, EventKind.NewTask, thread, shell, CloneThread);
        trace.Die(2000, 0, thread);
        trace.Add(5000, 0, EventKind.NewTask, another, shell, CloneThread);
        trace.Die(6000, 0, another);
        trace.Add(16_000, 0, EventKind.NewTask, process, shell, 0);
        StackReuse reuse = ReplayEngine.Run(trace.ToTable(), Replays.Plan("linux-5.18") with { Reuse = true })[0].Reuse!;
        Assert.Equal((1L, 1L, 0L), (reuse.SameProcess, reuse.OtherProcess, reuse.UnknownProcess));
        Assert.Equal((3000L, 10_000L), (reuse.Idle.MinNs, reuse.Idle.MaxNs));
    }

    [Fact]
    public void Every_hit_is_a_reuse()
    {
        EventTable events = SyntheticTrace.Random(6, 2000, 3);

        // A stack that refill mapped in advance has no history.
        foreach (string policy in Replays.AllPolicies.Where(policy => policy != "refill"))
        {
            CellResult row = ReplayEngine.Run(events, Replays.Plan(policy) with { Reuse = true })[0];
            if (row.Reuse is { } reuse)
                Assert.Equal((row.Hits, row.Hits), (reuse.Idle.Count, reuse.SameProcess + reuse.OtherProcess + reuse.UnknownProcess));
        }
    }

    [Fact]
    public void A_curve_has_its_knee_where_it_bends()
    {
        // Bursts of ten: each additional slot, up to ten, serves one fork per burst.
        SyntheticTrace trace = new();
        long timeNs = 0;
        for (int burst = 0; burst < 20; burst++)
        {
            int[] tasks = [.. Enumerable.Range(0, 10).Select(_ => trace.Fork(timeNs += 1000, 0))];
            foreach (int task in tasks)
                trace.Die(timeNs += 1000, 0, task);
        }

        ReplayPlan plan = Replays.Plan("linux-4.9:capacity=0..40", "linux-5.18", "rcu-cache:capacity=1|2");
        ImmutableArray<HitRateCurve> curves = HitRateCurve.Of(ReplayEngine.Run(trace.ToTable(), plan));
        Assert.Equal(["linux-4.9", "rcu-cache"], curves.Select(curve => curve.Policy));
        Assert.Equal(10, curves[0].Knee!.Value.Capacity);
        Assert.Equal(19, curves[0].Points[5].HitsGained);
        Assert.Equal(0, curves[0].Points[11].HitsGained);
        Assert.Equal(10 * 16384, curves[0].Knee!.Value.CachedPeakBytes);
        Assert.Null(curves[1].Knee);
    }

    private static EventTable Sequential(int forks)
    {
        SyntheticTrace trace = new();
        for (int index = 0; index < forks; index++)
            trace.Die((index * 1_000_000L) + 500_000, 0, trace.Fork(index * 1_000_000L, 0));
        return trace.ToTable();
    }
}

using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Rcu;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests.Lifecycle;

/// <summary>The modelled times and CPUs of RCU callbacks that no event shows.</summary>
public sealed class RcuModelTests
{
    private const long Ms = 1_000_000;

    [Theory]
    [InlineData(100, 1, 10, 20)]
    [InlineData(250, 8, 4, 8)]
    [InlineData(1000, 8, 3, 6)]
    [InlineData(1000, 512, 5, 10)]
    [InlineData(250, 300, 8, 16)]
    public void Scans_come_at_the_kernel_s_time(int hz, int cpus, long scanMs, long medianMs)
    {
        RcuModel model = new() { Hz = hz };
        Assert.Equal((scanMs * Ms, medianMs * Ms), (model.FirstScanOf(cpus), model.MedianOf(cpus)));
    }

    [Theory]
    [InlineData("hz=1000", "hz=1000")]
    [InlineData("first-fqs=3ms,gp=12500us", "hz=250,first-fqs=3ms,gp=12500us")]
    [InlineData("nocb=3+0-1, on=4-5+9", "hz=250,nocb=0-1+3,on=4-5+9")]
    [InlineData("nocb=all,lazy", "hz=250,nocb=all,lazy=10s,lazy-limit=10000")]
    [InlineData("always,expedited,blimit=64", "hz=250,blimit=64,expedited,always")]
    public void The_text_is_canonical_and_reads_back(string text, string canonical)
    {
        Assert.Equal(canonical, RcuModel.Parse(text).ToString());
        Assert.Equal(canonical, RcuModel.Parse(canonical).ToString());
    }

    [Theory]
    [InlineData("", "has no parameter ''; it has hz, ")]
    [InlineData("hz=0", "must be 24 to 10000")]
    [InlineData("hz", "hz takes a value")]
    [InlineData("gp=5", "'5' is not a duration")]
    [InlineData("hz=250,hz=100", "gives hz twice")]
    [InlineData("lazy=1s", "add nocb=all")]
    [InlineData("on=1", "add nocb")]
    [InlineData("nocb=5-2", "ends before it begins")]
    [InlineData("nocb=9000", "is not a CPU")]
    [InlineData("always=1", "takes no value")]
    [InlineData("expedited,gp=1ms", "leave out gp")]
    public void Mistakes_are_reported(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => RcuModel.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_callback_waits_for_a_whole_grace_period_and_at_most_two()
    {
        GracePeriodModel periods = new(0, 7, new RcuModel { GracePeriodNs = 5 * Ms }, 8);
        SortedSet<long> ends = [];
        for (long queuedNs = 0; queuedNs < 1000 * Ms; queuedNs += 137_123)
        {
            long ranNs = periods.InvocationNs(queuedNs);
            ends.Add(ranNs);
            Assert.True(ranNs - queuedNs >= 4 * Ms, "less than a tick");
        }

        // The last callback of a grace period was queued before the grace period began.
        long[] sorted = [.. ends];
        for (int index = 2; index < sorted.Length; index++)
            Assert.Equal(sorted[index], periods.InvocationNs(sorted[index - 2]));
        Assert.InRange((double)(sorted[^1] - sorted[0]) / (sorted.Length - 1), 5 * Ms, 9 * Ms);
    }

    [Fact]
    public void Batches_are_of_ten_passes_and_the_rest_is_a_tick_later()
    {
        GracePeriodModel periods = new(0, 1);
        CallbackSchedule schedule = new(periods, new RcuModel { BatchLimit = 10 }, 1, 1);
        for (int callback = 0; callback < 250; callback++)
            schedule.Add(1000 + callback, 0);
        (long TimeNs, int Cpu)[] runs = schedule.Run();
        long endNs = periods.InvocationNs(1000);
        (long, int)[] expected = [(endNs, 100), (endNs + (4 * Ms), 100), (endNs + (8 * Ms), 50)];
        Assert.Equal(expected, runs.GroupBy(run => run.TimeNs).Select(group => (group.Key, group.Count())));
        Assert.Equal(runs.Select(run => run.TimeNs).Order(), runs.Select(run => run.TimeNs));
    }

    [Fact]
    public void Too_many_callbacks_end_the_limit()
    {
        CallbackSchedule schedule = new(new GracePeriodModel(0, 1), new RcuModel { BatchLimit = 10 }, 1, 1);
        for (int callback = 0; callback < 10_001; callback++)
            schedule.Add(1000, 0);
        Assert.Single(schedule.Run().Distinct());
    }

    [Fact]
    public void Offloaded_callbacks_run_on_housekeeping_cpus_and_are_cached_there()
    {
        StackOperations operations = LifecycleBuilder.Build(Deaths(400, cpus: 4), 3, conditions: new() { Rcu = RcuModel.Parse("nocb=1-3") });
        int[] cpus = [.. CallbacksOf(operations).Select(run => run.Cpu).Distinct()];
        Assert.Equal([0], cpus);
        StackOperations all = LifecycleBuilder.Build(Deaths(400, cpus: 4), 3, conditions: new() { Rcu = RcuModel.Parse("nocb=all,on=1-2") });
        int[] several = [.. CallbacksOf(all).Select(run => run.Cpu).Distinct().Order()];
        Assert.Equal([1, 2], several);
    }

    [Fact]
    public void Lazy_callbacks_wait_until_the_first_has_waited_long_enough_or_there_are_too_many()
    {
        RcuModel lazy = RcuModel.Parse("nocb=all,lazy=10s,lazy-limit=50");
        GracePeriodModel periods = new(0, 1, lazy);
        CallbackSchedule schedule = new(periods, lazy, 1, 1);
        for (int callback = 0; callback < 60; callback++)
            schedule.Add(callback * Ms, 0);
        (long TimeNs, int Cpu)[] runs = schedule.Run();
        Assert.All(runs[..50], run => Assert.Equal(periods.InvocationNs(49 * Ms), run.TimeNs));
        Assert.All(runs[50..], run => Assert.Equal(periods.InvocationNs((50 * Ms) + 10_000_000_000), run.TimeNs));
    }

    [Fact]
    public void What_the_recording_shows_holds_unless_the_model_is_to_hold_always()
    {
        EventTable events = SyntheticTrace.Random(4, 800, 2);
        CellResult recorded = Replays.Of(events, "linux-5.18");
        CellResult elsewhere = Run(events, "hz=100");
        Assert.Equal(recorded.CachedByCallback, Replays.Of(events, "linux-5.18").CachedByCallback);
        Assert.True(elsewhere.Grade.Uses[2].Modelled < elsewhere.Grade.Uses[2].Total / 4);
        CellResult always = Run(events, "hz=100,always");
        Assert.Equal(always.Grade.Uses[2].Total, always.Grade.Uses[2].Modelled);
        Assert.Equal(GradeLevel.C, always.Grade.Level);
        Assert.NotEqual(recorded.Cell, always.Cell);
        Assert.Equal("hz=100,always", always.Conditions.Lifecycle.Rcu.ToString());
    }

    [Fact]
    public void The_longer_the_delay_the_more_memory_waits()
    {
        EventTable events = SyntheticTrace.Random(4, 3000, 2);
        double[] means =
        [
            .. new[] { "expedited,always", "gp=4ms,always", "gp=20ms,always", "nocb=all,lazy=100ms,always" }
                .Select(model => Run(events, model, "rcu-cache").Memory.WaitingForRcu.MeanBytes),
        ];
        Assert.Equal(means.Order(), means);
        Assert.True(means[0] * 20 < means[1]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_rows_and_another_others()
    {
        EventTable events = Deaths(3000, cpus: 3);
        long[] hits = [.. new ulong[] { 1, 1, 2 }.Select(seed => Replays.Of(events, "rcu-cache:capacity=1", seed).Hits)];
        Assert.Equal(hits[0], hits[1]);
        Assert.NotEqual(hits[0], hits[2]);
    }

    // Forks and deaths without a sched_process_free.
    private static EventTable Deaths(int forks, int cpus)
    {
        SyntheticTrace trace = new() { Cpus = cpus };
        Random random = new(11);
        for (int fork = 0; fork < forks; fork++)
            trace.Die((fork * 100_000L) + 50_000, random.Next(cpus), trace.Fork(fork * 100_000L, random.Next(cpus)));
        trace.Fork((forks * 100_000L) + 1_000_000_000, 0);
        return trace.ToTable();
    }

    private static IEnumerable<(long TimeNs, int Cpu)> CallbacksOf(StackOperations operations) => Enumerable.Range(0, operations.Count)
        .Where(index => operations.Kinds[index] == StackOperationKind.StackCallback)
        .Select(index => (operations.TimesNs[index], (int)operations.Cpus[index]));

    private static CellResult Run(EventTable events, string model, string policy = "linux-5.18") =>
        ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { Lifecycle = new() { Rcu = RcuModel.Parse(model) } }))[0];
}

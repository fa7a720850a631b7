using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Conformance;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>A trace that is replayed stretch by stretch gives the same rows as when it is replayed as a whole.</summary>
public sealed class StretchTests
{
    private static readonly string[] s_policies =
    [
        "pages-rcu", "pages-early", "rcu-cache", "linux-4.9", "linux-5.18", "linux-4.9:capacity=0..16", "linux-6.19", "ttl", "linux-rt-4.9",
        "early-free", "rcu-deferred", "adaptive",
    ];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(12, 2)]
    public void Random_loads_give_the_same_rows_in_batches_of_any_length(int seed, int cpus)
    {
        EventTable events = SyntheticTrace.Random(seed, 20_000, cpus);
        RequireWholeRows(events, new StretchLengths(8000, 4000, 8000), 1, Replays.Plan(s_policies) with { Breakdown = true });
        RequireWholeRows(events, new StretchLengths(8000, 4000, 8000), 1000, Replays.Plan(s_policies) with { Breakdown = true });
        RequireWholeRows(events, new StretchLengths(20_011, 5003, 7001), 777, Replays.Plan("linux-4.9"));
    }

    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst", 10_000)]
    [InlineData("native-6.18/fork.perf.data.zst", 20_000)]
    public void Recordings_give_the_same_rows(string name, int rows)
    {
        EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(name));
        RequireWholeRows(events, new StretchLengths(rows, 10_000, rows), 1000, Replays.Plan(s_policies) with { Breakdown = true });
    }

    [Fact]
    public void Where_the_search_for_grace_periods_needs_more_of_a_trace_rows_are_close()
    {
        // The duration of softirqs that run callbacks is taken from the available rows: here a quarter of the recording.
        EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("vm-6.1/prefork.dat"));
        ReplayPlan plan = Replays.Plan(s_policies);
        using TraceStretches stretches = Stretches(events, new StretchLengths(10_000, 10_000, 10_000), 1000, plan);
        ImmutableArray<CellResult> rows = ReplayEngine.Run(stretches, events.Facts, [plan])[0];
        foreach ((CellResult row, CellResult expected) in rows.Zip(ReplayEngine.Run(events, plan)))
            Assert.InRange(row.Hits, expected.Hits * 0.99, expected.Hits * 1.01);
    }

    [Fact]
    public void Warm_up_ends_within_any_stretch()
    {
        EventTable events = SyntheticTrace.RandomWithHotplug(4, 20_000, 3);
        foreach (long warmupNs in new[] { 1_000_000, 2_500_000_000, 100_000_000_000 })
            RequireWholeRows(events, new StretchLengths(8000, 4000, 8000), 1000, Replays.Plan(s_policies).Under(one => one with { WarmupNs = warmupNs }));
    }

    [Theory]
    [InlineData("pins")]
    [InlineData("nocb")]
    [InlineData("losses")]
    [InlineData("hotplug")]
    public void What_events_tell_is_the_same_and_only_models_may_say_something_else(string what)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            bool isLossy = what == "losses";
            EventTable events = isLossy ? SyntheticTrace.RandomWithLosses(seed, 1500, 3)
                : what == "hotplug" ? SyntheticTrace.RandomWithHotplug(seed, 20_000, 3) : SyntheticTrace.Random(seed, 20_000, 4);
            LifecycleConditions conditions = LifecycleConditions.Default with
            {
                Pins = what == "pins" ? PinModel.Parse("5%:200us") : null,
                Rcu = what == "nocb" ? RcuModel.Parse("nocb=0-1") : RcuModel.Default,
            };
            ReplayPlan plan = Replays.Plan(s_policies).Under(one => one with { Lifecycle = conditions });
            StretchLengths lengths = isLossy ? new StretchLengths(800, 400, 800) : new StretchLengths(8000, 4000, 8000);
            List<string> whole = [.. StepsOf(ReplayEngine.Operations(events, plan))];
            List<string> stretched = [];
            using (TraceStretches stretches = Stretches(events, lengths, 1000, plan))
            {
                while (stretches.Next() is { } stretch)
                    stretched.AddRange(StepsOf(stretch.Operations));
            }

            Assert.Equal(whole.Where(IsTold), stretched.Where(IsTold));
            Assert.InRange(stretched.Count, whole.Count - 5, whole.Count + 5);
            using TraceStretches again = Stretches(events, lengths, 1000, plan);
            ImmutableArray<CellResult> rows = ReplayEngine.Run(again, events.Facts, [plan])[0];
            foreach ((CellResult row, CellResult expected) in rows.Zip(ReplayEngine.Run(events, plan)))
                Assert.InRange(row.Hits, expected.Hits - 30, expected.Hits + 30);
        }
    }

    [Fact]
    public void Memory_is_for_tasks_that_are_not_done()
    {
        SyntheticTrace trace = new() { Cpus = 1 };
        for (int index = 0; index < 60_000; index++)
        {
            long timeNs = index * 10_000_000L;
            int task = trace.Fork(timeNs, 0);
            trace.Die(timeNs + 2_000_000, 0, task);
            trace.Free(timeNs + 9_000_000, 0, task);
        }

        EventTable events = trace.ToTable();
        ReplayPlan plan = Replays.Plan("linux-4.9");
        using TraceStretches stretches = Stretches(events, new StretchLengths(3000, 300, 300), 1000, plan);
        int slots = 0;
        while (stretches.Next() is { } stretch)
            slots = Math.Max(slots, stretch.Operations.Tasks);

        // 1000 tasks per stretch, plus those of the half minute in which slots are not reused.
        Assert.InRange(slots, 1000, 6000);
        RequireWholeRows(events, new StretchLengths(3000, 300, 300), 1000, Replays.Plan(s_policies));
    }

    private static bool IsTold(string step) => !step.EndsWith(nameof(Evidence.Modelled), StringComparison.Ordinal);

    private static IEnumerable<string> StepsOf(StackOperations operations) => Enumerable.Range(0, operations.Count).Select(index =>
    {
        int task = operations.TaskIds[index];
        int number = task < 0 ? -1 : operations.NumberOf(task);
        return $"{operations.TimesNs[index]} CPU {operations.Cpus[index]} {operations.Kinds[index]} {number} {operations.EvidenceOf[index]}";
    });

    private static TraceStretches Stretches(EventTable events, StretchLengths lengths, int batchRows, ReplayPlan plan) =>
        new(new TableStream(events, batchRows), events.Facts, plan.Conditions.Seed, plan.Conditions.Lifecycle, lengths);

    private static void RequireWholeRows(EventTable events, StretchLengths lengths, int batchRows, ReplayPlan plan)
    {
        ImmutableArray<CellResult> whole = ReplayEngine.Run(events, plan);
        using TraceStretches stretches = Stretches(events, lengths, batchRows, plan);
        ImmutableArray<CellResult> rows = ReplayEngine.Run(stretches, events.Facts, [plan])[0];
        Assert.Equal(whole.Length, rows.Length);
        for (int index = 0; index < whole.Length; index++)
        {
            string? difference = RowDifference.Between(whole[index], rows[index]);
            Assert.True(difference is null, $"{whole[index].Policy} {string.Join(',', whole[index].Parameters)}: {difference}");
        }
    }
}

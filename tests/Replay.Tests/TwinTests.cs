using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Every policy against its slow, obvious twin, on random traces.</summary>
public sealed class TwinTests
{
    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> cases = [];
        foreach (string policy in PolicyCatalog.Defaults)
        {
            for (int seed = 0; seed < 8; seed++)
                cases.Add(policy, seed);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Engine_counts_what_the_twin_does(string policy, int seed)
    {
        EventTable events = SyntheticTrace.Random(seed, 500 + (seed * 300), 1 + (seed % 5));
        StackOperations operations = LifecycleBuilder.Build(events);
        bool hasCapacity = !PolicyCatalog.ByName(policy).Descriptor.Parameters.IsEmpty;
        foreach (int capacity in hasCapacity ? [0, 1, 2, 3, 16] : new[] { 0 })
        {
            SlowKernel twin = SlowKernel.Replay(operations, policy, capacity);
            CellResult result = Replays.Of(events, hasCapacity ? $"{policy}:capacity={capacity}" : policy);
            Assert.Equal(twin.Outcomes.Count(hit => hit), result.Hits);
            Assert.Equal(twin.Outcomes.Count, result.Allocations);
            Assert.Equal(twin.Freed, result.Freed);
            Assert.Equal(twin.PeakCached * 16384L, result.Memory.Cached.PeakBytes);
            Assert.Equal(twin.Cached * 16384L, result.Memory.Cached.EndBytes);
        }
    }

    [Fact]
    public void More_slots_never_hit_less_and_a_second_chance_never_hurts()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            EventTable events = SyntheticTrace.Random(seed, 1000, 3);
            long before = 0;
            for (int capacity = 0; capacity <= 8; capacity++)
            {
                long hits = Replays.Of(events, $"linux-4.9:capacity={capacity}").Hits;
                Assert.True(hits >= before, $"seed {seed}, capacity {capacity}");
                Assert.True(Replays.Of(events, $"linux-5.18:capacity={capacity}").Hits >= hits, $"seed {seed}, capacity {capacity}");
                before = hits;
            }
        }
    }

    [Fact]
    public void Results_are_the_same_at_any_number_of_threads_and_every_time()
    {
        EventTable events = SyntheticTrace.Random(3, 3000, 4);
        ReplayPlan plan = ReplayPlan.Default;
        var once = ReplayEngine.Run(events, plan with { Threads = 1 });
        var again = ReplayEngine.Run(events, plan with { Threads = 4 });
        for (int cell = 0; cell < once.Length; cell++)
        {
            Assert.Equal(once[cell].Cell, again[cell].Cell);
            Assert.Equal(once[cell].Hits, again[cell].Hits);
            Assert.Equal(once[cell].Latency.Buckets(), again[cell].Latency.Buckets());
            Assert.Equal(once[cell].Series, again[cell].Series);
            Assert.Equal(once[cell].Memory, again[cell].Memory);
        }
    }

    [Fact]
    public void Ground_truth_events_change_no_result()
    {
        EventTable events = SyntheticTrace.Random(5, 400, 2);
        SyntheticTrace judged = new() { Cpus = 2 };
        for (int task = 0; task < events.Facts.Tasks; task++)
            judged.NewTaskId();
        for (int row = 0; row < events.Count; row++)
        {
            judged.Add(events.TimesNs[row], events.Cpus[row], EventKind.StackMap, events.Tasks[row], -1, 1);
            judged.Add(events.TimesNs[row], events.Cpus[row], events.Kinds[row], events.Tasks[row], events.Others[row], events.Values[row]);
            judged.Add(events.TimesNs[row], events.Cpus[row], EventKind.FunctionStackRcu, events.Tasks[row], -1, 1);
        }

        foreach (string policy in PolicyCatalog.Defaults)
            Assert.Equal(Replays.Of(events, policy).Hits, Replays.Of(judged.ToTable(), policy).Hits);
    }
}

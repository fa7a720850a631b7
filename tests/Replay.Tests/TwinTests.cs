using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Compares every policy with its slow twin, on random traces.</summary>
public sealed class TwinTests
{
    private static readonly string[] s_variants =
    [
        "capacity=0", "capacity=1", "capacity=3", "capacity=16", "capacity=2,depot=0", "capacity=0,depot=5", "capacity=3,depot=7,scope=1",
        "capacity=4,period_ms=3", "capacity=9,period_ms=40", "min=0,max=9,period_ms=5", "min=1,max=3,period_ms=1",
        "min=4,max=2,period_ms=50",
        "low=0,high=2,delay_us=1", "low=3,high=5,delay_us=400", "low=9,high=4,delay_us=20000", "low=1,high=1,delay_us=3000",
        "capacity=3,period_ms=1", "sheaf=0,barn=3", "sheaf=1,barn=0", "sheaf=1,barn=4", "sheaf=3,barn=2",
        "watermark=0,keep=0", "watermark=6,keep=50", "watermark=20,keep=100",
    ];

    public static TheoryData<string> Policies() => [.. Replays.AllPolicies.Where(policy => policy != "clairvoyant")];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Engine_does_what_the_twin_does(string policy)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            EventTable events = seed % 2 == 0
                ? SyntheticTrace.Random(seed, 500 + (seed * 300), 1 + (seed % 5))
                : SyntheticTrace.RandomWithHotplug(seed, 500 + (seed * 300), 1 + (seed % 5));
            StackOperations operations = LifecycleBuilder.Build(events);
            foreach (PolicySelection selection in VariantsOf(policy))
                TwinCheck.Require(operations, selection, Replays.Machine(operations));
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Engine_does_what_the_twin_does_with_tasks_from_before_the_recording(string policy)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            Random random = new(seed);
            SyntheticTrace trace = new() { Cpus = 4 };
            for (int index = 0; index < 200; index++)
            {
                int task = random.Next(3) == 0 ? trace.Fork(random.Next(20_000_000), random.Next(4)) : trace.NewTaskId();
                if (random.Next(5) != 0)
                    trace.Die(20_000_000 + random.Next(60_000_000), random.Next(4), task);
                if (random.Next(4) != 0)
                    trace.Free(90_000_000 + random.Next(9_000_000), random.Next(4), task);
                trace.Fork(random.Next(100_000_000), random.Next(4));
            }

            StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
            foreach (PolicySelection selection in VariantsOf(policy))
                TwinCheck.Require(operations, selection, Replays.Machine(operations));
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Engine_does_what_the_twin_does_on_recordings(string policy)
    {
        foreach (string recording in new[] { "native-6.18/make.perf.data.zst", "native-6.18/prefork.perf.data.zst" })
        {
            using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
            StackOperations operations = LifecycleBuilder.Build(events);
            TwinCheck.Require(operations, PolicySelection.Parse(policy), Replays.Machine(operations));
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Engine_does_what_the_twin_does_where_events_were_lost(string policy)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            StackOperations operations =
                LifecycleBuilder.Build(SyntheticTrace.RandomWithLosses(seed, 500 + (seed * 300), 1 + (seed % 5)));
            Assert.True(operations.CutCaches > 0);
            foreach (PolicySelection selection in VariantsOf(policy))
            {
                TwinCheck.Require(operations, selection, Replays.Machine(operations));
                TwinCheck.Require(operations, selection, Replays.Machine(operations), startFull: true);
            }
        }
    }

    private static IEnumerable<PolicySelection> VariantsOf(string policy)
    {
        yield return PolicySelection.Parse(policy);
        foreach (string variant in s_variants)
        {
            string[] names = [.. variant.Split(',').Select(part => part[..part.IndexOf('=', StringComparison.Ordinal)])];
            if (names.All(name => PolicyCatalog.ByName(policy).Descriptor.Parameters.Any(parameter => parameter.Name == name)))
                yield return PolicySelection.Parse($"{policy}:{variant}");
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

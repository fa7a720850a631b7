using ForkTrace.Events;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>The content of caches at the start of a recording: empty or full.</summary>
public sealed class StartTests
{
    public static TheoryData<string> Policies() => [.. Replays.AllPolicies];

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_row_from_full_caches_is_the_other_end_of_the_bracket(string policy)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            EventTable events = SyntheticTrace.RandomWithHotplug(seed, 600, 1 + seed);
            CellResult empty = Replays.Of(events, policy);
            CellResult full = ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { Start = CacheStart.Full }))[0];
            Assert.Equal(empty.HitsStartingFull, full.HitsStartingFull);
            Assert.Equal(empty.MeanCostStartingFullNs, full.MeanCostStartingFullNs);
            Assert.Equal(empty.HitsStartingFull is not null, full.StartsFull);
            Assert.Equal(full.StartsFull ? full.HitsStartingFull : empty.Hits, full.Hits);
            Assert.NotEqual(empty.Cell, full.Cell);
            if (full.StartsFull)
                Assert.Equal(full.MeanCostStartingFullNs, full.Latency.MeanNs);
        }
    }

    [Theory]
    [InlineData("linux-4.9:capacity=3", 12)]
    [InlineData("linux-6.19", 8)]
    [InlineData("global-pool", 8)]
    [InlineData("node-shared", 8)]
    [InlineData("magazine:capacity=2,depot=5", 18)]
    [InlineData("magazine:capacity=2,depot=5,scope=1", 18)]
    [InlineData("ttl:capacity=4", 16)]
    [InlineData("adaptive:min=3", 12)]
    [InlineData("shrinker:watermark=9", 9)]
    [InlineData("unbounded", 0)]
    [InlineData("pages-early", 0)]
    public void Full_is_what_the_parameters_allow(string policy, long stacks)
    {
        StackOperations operations = LifecycleBuilder.Build(SyntheticTrace.Random(1, 50, 4));
        ReplayContext context = new(operations, Replays.Machine(operations), ReplayConditions.Default);
        StackLedger ledger = PolicyReplay.Run(context, PolicySelection.Parse(policy), startFull: true);
        ledger.Close();
        Assert.Equal((stacks, 0), (ledger.Adopted, ledger.Breaches));
    }

    [Fact]
    public void Stacks_of_cpus_that_never_fork_are_stranded_from_the_start()
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int task = trace.Fork(0, 1);
        trace.Fork(1000, 1);
        trace.Die(1000, 1, task);
        StockUse stranded = ReplayEngine.Run(trace.ToTable(), Replays.Plan("linux-4.9").Under(one => one with { Start = CacheStart.Full }))[0].Memory.Stranded!;
        Assert.Equal(4 * 16384, (int)stranded.MeanBytes);
        Assert.Equal(5 * 16384, stranded.EndBytes);
    }

    [Fact]
    public void What_lay_there_before_is_reused_from_nobody()
    {
        SyntheticTrace trace = new() { Cpus = 1 };
        int task = trace.Fork(0, 0);
        trace.Fork(1000, 0);
        trace.Die(2000, 0, task);
        CellResult row = ReplayEngine.Run(trace.ToTable(), Replays.Plan("linux-4.9").Under(one => one with { Start = CacheStart.Full }) with { Reuse = true })[0];
        Assert.Equal(2, row.Hits);
        Assert.Equal((0, 0, 0, 0), (row.Reuse!.Idle.Count, row.Reuse.SameProcess, row.Reuse.OtherProcess, row.Reuse.UnknownProcess));
    }
}

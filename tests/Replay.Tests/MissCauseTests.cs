using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Compares each cause with the counterfactual that removes it.</summary>
public sealed class MissCauseTests
{
    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-4.20")]
    [InlineData("parent-return")]
    [InlineData("llc-shared")]
    [InlineData("node-shared")]
    [InlineData("global-pool")]
    [InlineData("rcu-cache")]
    public void Misses_for_capacity_are_those_that_a_cache_without_bound_does_not_have(string policy)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            EventTable events = seed % 2 == 0
                ? SyntheticTrace.Random(seed, 1500, 1 + seed)
                : SyntheticTrace.RandomWithHotplug(seed, 1500, 1 + seed);
            CellResult unbounded = Replays.Of(events, $"{policy}:capacity=65536");
            Assert.Equal(0, unbounded.Causes.Capacity);
            foreach (int capacity in new[] { 0, 1, 2, 5 })
            {
                CellResult row = Replays.Of(events, $"{policy}:capacity={capacity}");
                Assert.Equal(unbounded.Misses, row.Misses - row.Causes.Capacity);
            }
        }
    }

    [Theory]
    [InlineData("linux-4.9", 0)]
    [InlineData("linux-4.9", 2)]
    [InlineData("rcu-cache", 0)]
    [InlineData("rcu-cache", 1)]
    [InlineData("rcu-cache", 3)]
    public void A_miss_has_the_cause_of_the_first_replay_that_would_have_hit(string policy, int capacity)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            StackOperations operations = LifecycleBuilder.Build(SyntheticTrace.Random(seed, 1200, 1 + seed));
            (StackLedger ledger, _) = Replays.Ledger(operations, $"{policy}:capacity={capacity}");
            (string Policy, AllocationOutcome Cause)[] asked =
            [
                (policy, AllocationOutcome.Capacity),
                ("unbounded", AllocationOutcome.RcuDelay),
                ("global-pool", AllocationOutcome.Placement),
            ];
            List<bool>[] hits = [.. asked.Select(other => SlowKernel.Replay(operations, other.Policy, 1 << 20).Outcomes)];
            int fork = 0;
            for (int index = 0; index < operations.Count; index++)
            {
                if (operations.Kinds[index] != StackOperationKind.Allocate)
                    continue;
                AllocationOutcome outcome = ledger.OutcomeOf(operations.TaskIds[index]);
                int first = Array.FindIndex(hits, others => others[fork]);
                if (outcome != AllocationOutcome.Hit)
                    Assert.Equal(first < 0 ? AllocationOutcome.Cold : asked[first].Cause, outcome);
                fork++;
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void A_miss_for_the_node_is_a_hit_of_the_replay_that_takes_stacks_of_any(int capacity)
    {
        long ofNode = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            StackOperations operations = LifecycleBuilder.Build(SyntheticTrace.Random(seed, 1200, 4));
            (StackLedger ledger, _) = Replays.Ledger(operations, $"linux-6.19:capacity={capacity}", Replays.Machine(operations));
            List<bool> Hits(string policy) => SlowKernel.Replay(
                operations, policy, new Dictionary<string, long> { ["capacity"] = 1 << 20 }, Replays.Machine(operations)).Outcomes;
            List<bool> local = Hits("linux-6.19"), anyNode = Hits("unbounded"), anyCpu = Hits("global-pool");
            int fork = 0;
            for (int index = 0; index < operations.Count; index++)
            {
                if (operations.Kinds[index] != StackOperationKind.Allocate)
                    continue;
                AllocationOutcome outcome = ledger.OutcomeOf(operations.TaskIds[index]);

                // A late second chance may serve a fork for which an early stack would already be used.
                if (outcome is not (AllocationOutcome.Hit or AllocationOutcome.Capacity))
                {
                    AllocationOutcome expected = local[fork] ? AllocationOutcome.RcuDelay
                        : anyNode[fork] ? AllocationOutcome.Node
                        : anyCpu[fork] ? AllocationOutcome.Placement : AllocationOutcome.Cold;
                    Assert.Equal(expected, outcome);
                }

                ofNode += outcome == AllocationOutcome.Node ? 1 : 0;
                fork++;
            }
        }

        Assert.True(ofNode > 100);
    }

    [Fact]
    public void Misses_for_delay_vanish_with_early_free()
    {
        for (int seed = 0; seed < 8; seed++)
        {
            EventTable events = SyntheticTrace.Random(seed, 1500, 3);
            Assert.True(Replays.Of(events, "rcu-cache:capacity=2").Causes.RcuDelay > 0);
            Assert.True(Replays.Of(events, "linux-5.18:capacity=1").Causes.RcuDelay > 0);
            foreach (string policy in new[] { "linux-4.9", "unbounded", "global-pool", "no-cache" })
                Assert.Equal(0, Replays.Of(events, policy).Causes.RcuDelay);
        }
    }

    [Fact]
    public void Misses_for_placement_vanish_in_one_pool_of_the_same_memory()
    {
        for (int seed = 0; seed < 8; seed++)
        {
            EventTable events = SyntheticTrace.Random(seed, 1500, 4);
            Assert.True(Replays.Of(events, "linux-4.9").Causes.Placement > 0);
            CellResult pool = Replays.Of(events, "global-pool");
            Assert.Equal(0, pool.Causes.Placement);
            Assert.Equal(0, Replays.Of(events, "llc-shared").Causes.Placement);

            // Cold misses of unlimited per-CPU caches are also misses of an unlimited pool.
            CellResult unbounded = Replays.Of(events, "unbounded");
            Assert.Equal(unbounded.Misses, unbounded.Causes.Placement + unbounded.Causes.Cold);
            Assert.True(unbounded.Causes.Cold <= Replays.Of(events, "global-pool:capacity=65536").Misses);
        }
    }

    [Fact]
    public void Misses_for_the_node_vanish_on_one_node()
    {
        for (int seed = 0; seed < 8; seed++)
        {
            EventTable events = SyntheticTrace.Random(seed, 2000, 4);
            ReplayPlan plan = Replays.Plan("linux-6.19", "linux-5.18");
            ImmutableArray<CellResult> two = ReplayEngine.Run(events, plan.Under(one => one with { Lifecycle = new() { Topology = new([0, 1, 0, 1], []) } }));
            ImmutableArray<CellResult> one = ReplayEngine.Run(events, plan);
            Assert.True(two[0].Causes.Node > 0);
            Assert.Equal(0, two[1].Causes.Node);
            Assert.Equal(0, one[0].Causes.Node);
            Assert.Equal(one[1].Hits, one[0].Hits);
            Assert.NotEqual(two[0].Cell, one[0].Cell);
        }
    }

    [Fact]
    public void A_second_chance_that_comes_too_late_is_a_delay()
    {
        // Three tasks die, with room for two. The third stack waits for RCU during three forks, then serves a fourth.
        SyntheticTrace trace = new();
        int[] tasks = [.. Enumerable.Range(0, 3).Select(_ => trace.Fork(1000, 0))];
        foreach (int task in tasks)
            trace.Die(2000, 0, task);
        for (int index = 0; index < 3; index++)
            trace.Fork(3000 + index, 0);
        trace.Free(9_000_000, 0, tasks[2]);
        trace.Fork(9_100_000, 0);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        (StackLedger ledger, _) = Replays.Ledger(operations, "linux-5.18");
        AllocationOutcome[] expected =
        [
            AllocationOutcome.Cold, AllocationOutcome.Cold, AllocationOutcome.Cold,
            AllocationOutcome.Hit, AllocationOutcome.Hit, AllocationOutcome.RcuDelay, AllocationOutcome.Hit,
        ];
        Assert.Equal(expected, OutcomesOf(ledger, expected.Length));
        (ledger, _) = Replays.Ledger(operations, "linux-4.9");
        expected[5] = AllocationOutcome.Capacity;
        expected[6] = AllocationOutcome.Cold;
        Assert.Equal(expected, OutcomesOf(ledger, expected.Length));
    }

    [Fact]
    public void A_death_elsewhere_makes_one_miss_a_miss_of_placement()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        int first = trace.Fork(1000, 0);
        trace.Die(2000, 1, first);
        trace.Fork(3000, 0);
        trace.Fork(4000, 0);
        (StackLedger ledger, _) = Replays.Ledger(LifecycleBuilder.Build(trace.ToTable()), "linux-5.18");
        Assert.Equal([AllocationOutcome.Cold, AllocationOutcome.Placement, AllocationOutcome.Cold], OutcomesOf(ledger, 3));
    }

    private static AllocationOutcome[] OutcomesOf(StackLedger ledger, int tasks) => [.. Enumerable.Range(0, tasks).Select(ledger.OutcomeOf)];
}

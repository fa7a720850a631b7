using ForkTrace.Events;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Ledger;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Ideas in the catalogue, on loads with a known result.</summary>
public sealed class IdeaTests
{
    [Theory]
    [InlineData("refill:low=0,high=3", "linux-5.18:capacity=3")]
    [InlineData("budget:capacity=3,period_ms=3600000", "linux-5.18:capacity=3")]
    public void Without_its_idea_a_policy_is_linux_5_18(string policy, string same)
    {
        EventTable events = SyntheticTrace.RandomWithHotplug(7, 2000, 4);
        Assert.Equal(Replays.Of(events, same).Hits, Replays.Of(events, policy).Hits);
        Assert.Equal(Replays.Of(events, same).Freed, Replays.Of(events, policy).Freed);
    }

    // Forks on CPU 0, deaths on CPU 1, a millisecond apart: a per-CPU cache never hits, but a refilled one does from the second fork on.
    [Fact]
    public void Refilled_caches_hit_where_no_stack_comes_back()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        for (int fork = 0; fork < 50; fork++)
            trace.Die((fork * 1_000_000L) + 1000, 1, trace.Fork(fork * 1_000_000L, 0));
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        StackLedger ledger = Replays.Ledger(operations, "refill:low=1,high=1,delay_us=100").Ledger;
        Assert.Equal((49, 49), (ledger.Hits, ledger.MappedAhead));
        Assert.Equal(0, Replays.Ledger(operations, "refill:low=1,high=1,delay_us=60000").Ledger.Hits);
    }

    // Bursts of eight only on CPU 0: its two slots and those of the three idle CPUs have room for all eight.
    [Fact]
    public void A_budget_goes_to_the_cpu_that_misses()
    {
        SyntheticTrace trace = new() { Cpus = 4 };
        for (int burst = 0; burst < 20; burst++)
        {
            long timeNs = burst * 200_000_000L;
            int[] tasks = [.. Enumerable.Range(0, 8).Select(index => trace.Fork(timeNs + (index * 1000), 0))];
            foreach (int task in tasks)
                trace.Die(timeNs + 100_000 + task, 0, task);
        }

        EventTable events = trace.ToTable();
        Assert.Equal(19 * 8, Replays.Of(events, "global-pool").Hits);
        Assert.Equal(0, Replays.Of(events, "budget:capacity=0").Hits);

        // Between bursts, its limit doubles to 4, then takes one slot from each of the three others, then the last: 2, 4, 7 hits, then 8.
        Assert.Equal(2 + 4 + 7 + (16 * 8), Replays.Of(events, "budget:capacity=2").Hits);
    }

    // Two CPUs of one node: deaths on CPU 1 fill its sheaves, then the barn, from which CPU 0 takes a full one.
    [Fact]
    public void A_barn_passes_full_sheaves_from_cpu_to_cpu_of_a_node()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        int[] tasks = [.. Enumerable.Range(0, 7).Select(index => trace.Fork(index, 0))];
        foreach (int task in tasks)
            trace.Die(1000 + task, 1, task);
        for (int fork = 0; fork < 4; fork++)
            trace.Fork(2000 + fork, 0);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(4, Replays.Ledger(operations, "sheaf:sheaf=2,barn=10").Ledger.Hits);
        Assert.Equal(0, Replays.Ledger(operations, "sheaf:sheaf=2,barn=0").Ledger.Hits);
        MachineShape apart = MachineShape.Of(2, operations.Tasks, [0, 1], []);
        Assert.Equal((0, 7), (Replays.Ledger(operations, "sheaf:sheaf=2", apart).Ledger.Hits, Replays.Ledger(operations, "sheaf:sheaf=2", apart).Ledger.Freed));
    }
}

using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Loads whose hit rate can be calculated by hand.</summary>
public sealed class ClosedFormTests
{
    [Theory]
    [InlineData("rcu-cache:capacity=2", 1_000_000, 10_000_000, 0.200)]
    [InlineData("rcu-cache:capacity=2", 100_000, 10_000_000, 0.020)]
    [InlineData("rcu-cache:capacity=16", 100_000, 10_000_000, 0.160)]
    [InlineData("rcu-cache:capacity=2", 10_000_000, 10_000_000, 1.0)]
    public void Sequential_forks_hit_the_rcu_cache_at_N_over_rate_times_grace_period(
        string policy, long periodNs, long gracePeriodNs, double expected)
    {
        EventTable events = Sequential(20_000, periodNs, gracePeriodNs);
        Assert.Equal(expected, Replays.Of(events, policy).HitRate, 0.005);
    }

    [Theory]
    [InlineData("linux-4.9:capacity=1")]
    [InlineData("linux-5.18:capacity=2")]
    public void Sequential_forks_always_hit_after_the_first_with_early_free(string policy)
    {
        EventTable events = Sequential(1000, 100_000, 10_000_000);
        Assert.Equal(999, Replays.Of(events, policy).Hits);
    }

    [Theory]
    [InlineData("linux-4.9", 4)]
    [InlineData("linux-4.9", 8)]
    [InlineData("linux-5.18", 4)]
    [InlineData("linux-5.18", 32)]
    [InlineData("rcu-cache", 8)]
    public void Bursts_of_k_hit_N_over_k_after_the_first(string policy, int burst)
    {
        const int Rounds = 50;
        SyntheticTrace trace = new();
        long timeNs = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int[] tasks = [.. Enumerable.Range(0, burst).Select(index => trace.Fork(timeNs += 1000, 0))];
            foreach (int task in tasks)
                trace.Die(timeNs += 1000, 0, task);
            timeNs += 20_000_000;
            foreach (int task in tasks)
                trace.Free(timeNs += 1000, 0, task);
        }

        foreach (int capacity in new[] { 1, 2, 3, burst })
            Assert.Equal((Rounds - 1) * Math.Min(capacity, burst), Replays.Of(trace.ToTable(), $"{policy}:capacity={capacity}").Hits);
    }

    [Theory]
    [InlineData("linux-4.9")]
    [InlineData("linux-5.18")]
    [InlineData("rcu-cache")]
    public void Forks_on_one_cpu_and_deaths_on_another_never_hit(string policy)
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        for (int index = 0; index < 100; index++)
        {
            int task = trace.Fork(index * 100_000_000L, 0);
            trace.Die((index * 100_000_000L) + 1000, 1, task);
            trace.Free((index * 100_000_000L) + 10_000_000, 1, task);
        }

        Assert.Equal(0, Replays.Of(trace.ToTable(), policy).Hits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Independent_arrivals_hit_N_over_N_plus_one(int capacity)
    {
        // A pool of many live tasks. Each step forks or ends one with equal probability: a random walk between 0 and N.
        Random random = new(7);
        SyntheticTrace trace = new();
        Queue<int> live = new(Enumerable.Range(0, 2000).Select(_ => trace.NewTaskId()));
        long timeNs = 0;
        for (int step = 0; step < 200_000; step++)
        {
            timeNs += 10_000;
            if (random.Next(2) == 0 || live.Count == 0)
                live.Enqueue(trace.Fork(timeNs, 0));
            else
                trace.Die(timeNs, 0, live.Dequeue());
        }

        Assert.Equal((double)capacity / (capacity + 1), Replays.Of(trace.ToTable(), $"linux-4.9:capacity={capacity}").HitRate, 0.01);
    }

    [Theory]
    [InlineData("pages-rcu", 0)]
    [InlineData("pages-early", 0)]
    [InlineData("vmap-nocache-rcu", 1500)]
    [InlineData("vmap-nocache-early", 1500)]
    public void Without_a_cache_a_fork_costs_what_2016_published(string policy, double differenceNs)
    {
        var result = Replays.Of(Sequential(500, 100_000, 10_000_000), policy);
        Assert.Equal(differenceNs, result.DifferenceToPagesNs!.Value, 1e-9);
        Assert.Equal(0, result.Hits);
        Assert.Equal(500, result.Misses);
    }

    [Fact]
    public void A_hit_costs_500_to_1000_ns_less_than_pages()
    {
        var result = Replays.Of(Sequential(20_000, 100_000, 10_000_000), "linux-5.18");
        Assert.Equal(-750, result.DifferenceToPagesNs!.Value, 5.0);
        Assert.InRange(result.Latency.QuantileNs(0.999), 490, 501);
    }

    [Fact]
    public void Memory_waiting_for_rcu_is_rate_times_grace_period()
    {
        // Little's law: 10 deaths per ms, which wait 0 to 10 ms for the batch: 50 stacks of 16 KiB on average, at most 100.
        var result = Replays.Of(Sequential(5000, 100_000, 10_000_000), "vmap-nocache-rcu");
        Assert.Equal(100.0 * 16384, result.Memory.WaitingForRcu.PeakBytes, 2.0 * 16384);
        Assert.Equal(50.0 * 16384, result.Memory.WaitingForRcu.MeanBytes, 3.0 * 16384);
    }

    private static EventTable Sequential(int forks, long periodNs, long gracePeriodNs)
    {
        // RCU callbacks come in batches: those of all tasks that died in one grace period run at the end of the next.
        SyntheticTrace trace = new();
        for (int index = 0; index < forks; index++)
        {
            long forkNs = index * periodNs;
            long deathNs = forkNs + (periodNs / 2);
            int task = trace.Fork(forkNs, 0);
            trace.Die(deathNs, 0, task);
            long batchNs = ((deathNs / gracePeriodNs) + 1) * gracePeriodNs;
            trace.Free(batchNs + (periodNs / 4), 0, task);
        }

        return trace.ToTable();
    }
}

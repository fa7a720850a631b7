using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>No policy has more hits than the hindsight bound for the same memory, and the bound does not get more memory than it
/// needs.</summary>
public sealed class HindsightBoundTests
{
    private static readonly string[] s_policies =
    [
        "linux-5.18", "linux-4.20:capacity=1", "linux-4.20:capacity=16", "global-pool:capacity=1", "global-pool:capacity=64", "clairvoyant:capacity=2", "rcu-cache:capacity=64", "ttl",
        "unbounded", "no-cache",
    ];

    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst")]
    [InlineData("native-6.18/make.perf.data.zst")]
    [InlineData("vm-6.1/prefork.dat")]
    public void No_policy_of_a_recording_is_above_it(string recording)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
        Assert.All(Engine.ReplayEngine.Run(events, Replays.Plan(s_policies)), RequireBelow);
    }

    [Fact]
    public void No_policy_of_a_random_load_is_above_it()
    {
        for (int seed = 0; seed < 20; seed++)
            Assert.All(Engine.ReplayEngine.Run(SyntheticTrace.RandomWithHotplug(seed, 300, 3), Replays.Plan(s_policies)), RequireBelow);
    }

    [Fact]
    public void A_policy_that_wastes_nothing_is_at_it()
    {
        CellResult row = Replays.Of(Sequential(_ => 1_000_000), "linux-4.9:capacity=1");
        Assert.Equal(999, row.Hits);
        Assert.Equal(row.HitRate, row.BoundHitRate);
    }

    [Fact]
    public void Without_memory_there_are_no_hits() => Assert.Equal(0, Replays.Of(Sequential(_ => 1_000_000), "no-cache").BoundHitRate);

    // The pauses are alternately 1 ms and 100 ms. A stack that is kept for about 10 ms serves the short pauses, and is wasted in the long
    // ones. Hindsight serves the short pauses and, with the remaining memory, some of the long ones.
    [Fact]
    public void Hindsight_spends_what_a_policy_wastes()
    {
        CellResult row = Replays.Of(Sequential(fork => fork % 2 == 0 ? 1_000_000 : 100_000_000), "ttl:period_ms=10");
        Assert.Equal(0.5, row.HitRate, 0.002);
        Assert.Equal(ServedNs(row) / 100_000_000 / 1000, row.BoundHitRate!.Value - 0.5, 0.01);
    }

    // The remaining time for which stacks were held, after the 500 short pauses are served.
    private static double ServedNs(CellResult row) => (row.Memory.Cached.MeanBytes / 16384 * 50_501_000 * 1000) - (500 * 1_000_000.0);

    private static void RequireBelow(CellResult row) => Assert.InRange(row.HitRate, 0, row.BoundHitRate!.Value);

    // One task after another, each 1 us long.
    private static EventTable Sequential(Func<int, long> pauseNs)
    {
        SyntheticTrace trace = new();
        long timeNs = 0;
        for (int fork = 0; fork < 1000; fork++)
        {
            int task = trace.Fork(timeNs, 0);
            trace.Die(timeNs += 1000, 0, task);
            timeNs += pauseNs(fork);
        }

        return trace.ToTable();
    }
}

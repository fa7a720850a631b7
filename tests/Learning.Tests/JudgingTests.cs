using ForkTrace.Learning.Clustering;
using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Judging;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Learning.Tests;

/// <summary>Tuning of policies and comparison with a bound, on loads with known results.</summary>
public sealed class JudgingTests
{
    [Fact]
    public void A_hull_holds_what_no_mixture_beats()
    {
        Outcome[] points = [new(1, 0.1), new(2, 0.5), new(3, 0.6), new(4, 0.9), new(5, 0.9), new(2, 0.4)];
        Assert.Equal([0, 1, 3], TunedPath.Hull(points));
    }

    [Fact]
    public void A_budget_between_two_choices_is_a_mixture_of_both()
    {
        TunedPath path = TunedPath.Of([new Outcome(0.5, 0.2), new Outcome(2, 0.8)]);
        Outcome[] on = path.On([new Outcome(1, 0), new Outcome(3, 1)]);
        int one = TunedPath.Budgets.IndexOf(1);
        Assert.Equal(1.0 / 3, on[one].HitRate, 1e-9);
        Assert.Equal(1 + (2.0 / 3), on[one].Memory, 1e-9);
        Assert.Equal(0, on[0].HitRate);
        Assert.Equal(1, on[^1].HitRate);
    }

    [Fact]
    public void Of_one_choice_that_is_within_the_best_is_taken()
    {
        Outcome[] points = [new(1, 0.1), new(2, 0.5), new(3, 0.9)];
        Assert.Equal(1, TunedPath.BestWithin(points, 2.5));
        Assert.Equal(0, TunedPath.BestWithin(points, 0.5));
    }

    // Recordings with pauses of 1 ms and of 100 ms: the memory that serves all forks of the first serves a hundredth of the second.
    [Fact]
    public void The_bound_spends_memory_where_hits_are_cheapest()
    {
        CorpusRecording quick = Samples.Sequential(101, _ => 1_000_000);
        CorpusRecording slow = Samples.Sequential(101, _ => 100_000_000);
        PooledBound bound = PooledBound.Of([quick, slow]);
        Assert.Equal(0, bound.HitRate(0, [1, 1]), 1e-9);
        Assert.Equal(100.0 / 101, bound.HitRate(1000, [1, 1]), 1e-9);
        Assert.Equal(100.0 / 101, bound.HitRate(1000, [3, 0]), 1e-9);
        Assert.InRange(bound.HitRate(0.25, [1, 1]), 0.1, 0.9);
    }

    [Fact]
    public void No_policy_is_above_the_bound_of_its_memory()
    {
        CorpusRecording[] corpus = [.. Samples.Corpus(3, 3), Samples.Recording("native-6.18/make.perf.data.zst")];
        PooledBound bound = PooledBound.Of(corpus);
        double[] once = [.. corpus.Select(_ => 1.0)];
        foreach (string policy in new[] { "linux-5.18", "linux-4.12:capacity=16", "ttl:period_ms=10", "adaptive", "learned" })
        {
            Outcome mean = Outcome.Mean([.. corpus.Select(recording => Outcome.Of(recording, PolicySelection.Parse(policy)))]);
            Assert.InRange(mean.HitRate, 0, bound.HitRate(mean.Memory * (1 + 1e-9), once) + 1e-9);
        }
    }

    [Fact]
    public void The_kernels_own_cache_holds_one_unit_of_memory()
    {
        CorpusRecording recording = Samples.Recording("native-6.18/prefork.perf.data.zst");
        Assert.Equal(1, Outcome.Of(recording, Outcome.Kernel).Memory, 1e-12);
    }

    [Fact]
    public void An_interval_is_of_whole_loads_and_the_same_each_time()
    {
        string[] loads = ["a", "a", "b", "b", "c", "d"];
        double[] values = [0, 0, 1, 1, 2, 3];
        double Mean(double[] weights) => weights.Zip(values, (weight, value) => weight * value).Sum() / weights.Sum();
        Interval first = new Bootstrap(loads, 1).Of(Mean);
        Assert.Equal(first, new Bootstrap(loads, 1).Of(Mean));
        Assert.Equal(7.0 / 6, first.Value, 1e-12);
        Assert.InRange(first.Low, 0, first.Value);
        Assert.InRange(first.High, first.Value, 3);
        Assert.Equal(5, new Bootstrap(["x"], 1).Of(_ => 5).High);
    }

    [Fact]
    public void Recordings_of_two_sorts_make_two_clusters()
    {
        List<ClusteredRecording> recordings = [];
        for (int index = 0; index < 12; index++)
        {
            long pauseNs = index % 2 == 0 ? 500_000 + (index * 5_000) : 80_000_000 + (index * 500_000);
            CorpusRecording load = Samples.Sequential(200, _ => pauseNs);
            recordings.Add(new ClusteredRecording(load.Split with { Load = $"{index % 2}", Fold = index % 3 }, FingerprintOf(load), [index % 2, 0.5]));
        }

        RecordingMap map = RecordingMap.Of(recordings, 2, 1);
        Assert.Equal(2, map.Picks.Length);
        Assert.Equal(2, Enumerable.Range(0, 12).Select(index => (index % 2, map.Places[index].Cluster)).Distinct().Count());
        PickVerdict[] verdicts = [.. PickJudge.Judge([.. recordings], 2, 1)];
        Assert.Equal(1, verdicts.First(verdict => verdict.Picked == "clusters").Covered.Value, 1e-9);
    }

    private static System.Collections.Immutable.ImmutableArray<double> FingerprintOf(CorpusRecording load)
    {
        Replay.Profile.TraceProfile profile = new()
        {
            Lifetimes = [],
            Delays = [],
            CpuPairs = [new Replay.Profile.CpuPair(0, 0, 200)],
            GracePeriods = [],
            WindowNs = (load.Operations.LastNs - load.Operations.FirstNs) / 100,
            Windows = [.. Enumerable.Range(0, 100).Select(window => new Replay.Profile.TraceWindow(window, 2, 2, 0))],
        };
        return Fingerprint.Of(profile, 1, Fingerprint.OverlapOf(load));
    }
}

using System.Collections.Immutable;
using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Forecasting;
using ForkTrace.Learning.Judging;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Policies;

namespace ForkTrace.Learning.Tests;

/// <summary>The training data: gaps are compared with a slow twin. The model learns something, unless labels are shuffled.</summary>
public sealed class ForecastTests
{
    private const int Shift = 20;

    // The twin checks every later operation of the CPU: the stack is needed as soon as there are more forks than deaths since its death.
    [Theory]
    [InlineData("native-6.18/make.perf.data.zst")]
    [InlineData("native-6.18/prefork.perf.data.zst")]
    public void A_gap_ends_when_forks_outnumber_later_deaths(string name)
    {
        CorpusRecording recording = Samples.Recording(name);
        ImmutableArray<DeathSample> samples = DeathSample.Of([recording], Shift);
        int next = 0;
        for (int cpu = 0; cpu < recording.Operations.CpuCount; cpu++)
        {
            (long Window, int Step)[] moves = [.. Moves(recording.Operations, cpu)];
            for (int index = 0; index < moves.Length; index++)
            {
                if (moves[index].Step > 0)
                    continue;
                Assert.Equal(GapOf(moves, index), samples[next++].GapWindows);
            }
        }

        Assert.Equal(samples.Length, next);
    }

    [Fact]
    public void A_stack_is_wanted_within_its_gap_and_nobody_knows_beyond_the_recording()
    {
        DeathSample known = new([0, 0, 0, 0, 0, 0], 5, 100, 1, 1, "");
        Assert.False(known.IsWantedWithin(4));
        Assert.True(known.IsWantedWithin(5));
        DeathSample cut = known with { GapWindows = -1, LeftWindows = 10 };
        Assert.False(cut.IsWantedWithin(10));
        Assert.Null(cut.IsWantedWithin(11));
    }

    // Every fifth pause is 40 ms, the others 2 ms, so the next pause depends on the number of recent forks.
    [Fact]
    public void Trees_learn_what_is_there_and_nothing_from_shuffled_labels()
    {
        CorpusRecording Load(int seed) => Samples.Sequential(3000, fork => (fork + seed) % 10 < 5 ? 300_000 : 30_000_000);
        ImmutableArray<DeathSample> training = DeathSample.Of([Load(0)], Shift);
        ImmutableArray<DeathSample> test = DeathSample.Of([Load(3)], Shift);
        double chance = Horizons.Loss(CountedForecast.Count(training), test);
        Assert.InRange(Horizons.Loss(TreeForecast.Train(training, 1), test), 0, 0.8 * chance);
        double shuffled = Horizons.Loss(TreeForecast.Train(ForecastJudge.Shuffled(training, 1), 1), test);
        Assert.InRange(shuffled, 0.95 * chance, 1.3 * chance);
    }

    [Fact]
    public void The_same_samples_and_seed_give_the_same_table()
    {
        ImmutableArray<DeathSample> samples = DeathSample.Of(Samples.Corpus(3, 2), Shift);
        LearnedModel Model() => DemandTable.Distil(TreeForecast.Train(samples, 7), samples, Shift, DemandFeature.Forks, DemandFeature.Idle).ModelAt(0.1);
        Assert.Equal(Model().ToString(), Model().ToString());
    }

    // With pauses of 10 ms, it is useless to keep a stack for a shorter time, so it is kept long enough or not at all.
    [Theory]
    [InlineData(1e-9, 16)]
    [InlineData(1e9, 0)]
    public void A_price_says_how_long_a_stack_is_kept(double price, int windows)
    {
        ImmutableArray<DeathSample> samples = DeathSample.Of([Samples.Sequential(500, _ => 10_000_000)], Shift);
        CountedForecast counted = CountedForecast.Count(samples, DemandFeature.Forks, DemandFeature.Idle);
        LearnedModel model = DemandTable.Distil(counted, samples, Shift, DemandFeature.Forks, DemandFeature.Idle).ModelAt(price);
        DeathSample usual = samples[^2];
        int entry = (8 * DemandState.StepOf(usual.Features[(int)DemandFeature.Forks])) + DemandState.StepOf(usual.Features[(int)DemandFeature.Idle]);
        Assert.Equal(windows, model.Windows[entry]);
    }

    private static int GapOf((long Window, int Step)[] moves, int death)
    {
        int ahead = 0;
        for (int index = death + 1; index < moves.Length; index++)
        {
            ahead += moves[index].Step;
            if (ahead > 0)
                return (int)(moves[index].Window - moves[death].Window);
        }

        return -1;
    }

    private static IEnumerable<(long Window, int Step)> Moves(StackOperations operations, int cpu)
    {
        for (int index = 0; index < operations.Count; index++)
        {
            if (operations.Cpus[index] != cpu)
                continue;
            if (operations.Kinds[index] is StackOperationKind.Allocate)
                yield return (operations.TimesNs[index] >> Shift, 1);
            else if (operations.Kinds[index] is StackOperationKind.Release or StackOperationKind.FailedCharge)
                yield return (operations.TimesNs[index] >> Shift, -1);
        }
    }
}

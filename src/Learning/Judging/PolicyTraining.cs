using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Forecasting;

namespace ForkTrace.Learning.Judging;

/// <summary>Models from training recordings, one for each length of window and price of memory.</summary>
internal sealed record PolicyTraining(ImmutableArray<LearnedModel> OfTrees, ImmutableArray<LearnedModel> OfCounts)
{
    /// <summary>Windows of 2^18 ns, a quarter of a millisecond, to 2^26 ns, 67 ms.</summary>
    public static readonly ImmutableArray<int> Shifts = [18, 20, 23, 26];

    // From 1/100 to 10, two for each factor of 10.
    private static readonly ImmutableArray<double> s_prices = [.. Enumerable.Range(-4, 7).Select(half => Math.Pow(10, half / 2.0))];

    public static PolicyTraining Of(IReadOnlyList<CorpusRecording> training, ulong seed)
    {
        List<LearnedModel> trees = [];
        List<LearnedModel> counts = [];
        foreach (int shift in Shifts)
        {
            ImmutableArray<DeathSample> samples = DeathSample.Of(training, shift);
            (DemandFeature row, DemandFeature column) = FeatureChoice.Of(samples);
            DemandTable ofTrees = DemandTable.Distil(TreeForecast.Train(samples, seed), samples, shift, row, column);
            DemandTable ofCounts = DemandTable.Distil(CountedForecast.Count(samples, row, column), samples, shift, row, column);
            trees.AddRange(s_prices.Select(ofTrees.ModelAt));
            counts.AddRange(s_prices.Select(ofCounts.ModelAt));
        }

        return new PolicyTraining([.. trees], [.. counts]);
    }
}

using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Forecasting;

namespace ForkTrace.Learning.Judging;

/// <summary>Models made of training recordings, one for each length of window, horizon and threshold.</summary>
internal sealed record PolicyTraining(ImmutableArray<LearnedModel> OfTrees, ImmutableArray<LearnedModel> OfCounts)
{
    /// <summary>Windows of a recording that forecasts are trained on.</summary>
    public const int WindowsMax = 1500;

    /// <summary>Windows of 2^20 ns, 1 ms, to 2^29 ns, half a second.</summary>
    public static readonly ImmutableArray<int> Shifts = [20, 23, 26, 29];

    /// <summary>Windows that demand is forecast for.</summary>
    public static readonly ImmutableArray<int> Horizons = [1, 8];

    private static readonly ImmutableArray<double> s_thresholds = [0.6, 0.4, 0.25, 0.15, 0.08, 0.04, 0.02, 0.01, 0.004];

    public static PolicyTraining Of(IReadOnlyList<CorpusRecording> training, ulong seed)
    {
        List<LearnedModel> trees = [];
        List<LearnedModel> counts = [];
        foreach (int shift in Shifts)
        {
            foreach (int horizon in Horizons)
            {
                ImmutableArray<DemandSample> samples = DemandSamples.Of(training, shift, horizon, WindowsMax);
                (DemandFeature row, DemandFeature column) = DemandTable.BestFeatures(samples);
                DemandTable ofTrees = DemandTable.Distil(TreeForecast.Train(samples, seed), samples, shift, row, column);
                DemandTable ofCounts = DemandTable.Distil(CountedForecast.Count(samples, row, column), samples, shift, row, column);
                trees.AddRange(s_thresholds.Select(ofTrees.ModelAt));
                counts.AddRange(s_thresholds.Select(ofCounts.ModelAt));
            }
        }

        return new PolicyTraining([.. trees], [.. counts]);
    }
}

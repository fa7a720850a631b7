using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Forecasting;

namespace ForkTrace.Learning.Judging;

/// <summary>Holds forecasts of demand against each other on loads that they were not trained on.</summary>
internal static class ForecastJudge
{
    /// <summary>Judges each length of window and horizon, over the folds of a split.</summary>
    public static IEnumerable<ForecastVerdict> Judge(ImmutableArray<CorpusFold> folds, ulong seed, Action<string> report)
    {
        foreach (int shift in PolicyTraining.Shifts)
        {
            foreach (int horizon in PolicyTraining.Horizons)
            {
                report(string.Create(CultureInfo.InvariantCulture, $"forecasts of {horizon} windows of 2^{shift} ns"));
                foreach (ForecastVerdict verdict in Judge(folds, shift, horizon, seed))
                    yield return verdict;
            }
        }
    }

    private static IEnumerable<ForecastVerdict> Judge(ImmutableArray<CorpusFold> folds, int shift, int horizon, ulong seed)
    {
        List<string> loads = [];
        Dictionary<string, List<double>> losses = [];
        foreach (CorpusFold fold in folds)
        {
            ImmutableArray<DemandSample> training = DemandSamples.Of(fold.Training, shift, horizon, PolicyTraining.WindowsMax);
            (string Name, IDemandForecast Forecast)[] forecasts = [.. Forecasts(training, shift, seed)];
            foreach (CorpusRecording recording in fold.Test)
            {
                ImmutableArray<DemandSample> test = DemandSamples.Of([recording], shift, horizon, PolicyTraining.WindowsMax);
                if (test.IsEmpty)
                    continue;
                loads.Add(recording.Split.Load);
                foreach ((string name, IDemandForecast forecast) in forecasts)
                    (losses.TryGetValue(name, out List<double>? known) ? known : losses[name] = []).Add(DemandLevels.Loss(forecast, test));
            }
        }

        Bootstrap bootstrap = new(loads, seed);
        foreach ((string name, List<double> loss) in losses)
        {
            double Mean(double[] weights) => loss.Select((value, index) => weights[index] * value).Sum() / weights.Sum();
            double Gain(double[] weights) =>
                1 - (Mean(weights) / (losses["constant"].Select((value, index) => weights[index] * value).Sum() / weights.Sum()));
            yield return new ForecastVerdict(1L << shift, horizon, name, bootstrap.Of(Mean), bootstrap.Of(Gain));
        }
    }

    private static IEnumerable<(string Name, IDemandForecast Forecast)> Forecasts(ImmutableArray<DemandSample> training, int shift, ulong seed)
    {
        (DemandFeature row, DemandFeature column) = DemandTable.BestFeatures(training);
        TreeForecast trees = TreeForecast.Train(training, seed);
        yield return ("constant", CountedForecast.Count(training));
        yield return ("last window", CountedForecast.Count(training, DemandFeature.Draw));
        yield return ("counted table", CountedForecast.Count(training, row, column));
        yield return ("trees", trees);
        yield return ("trees in a table", DemandTable.Distil(trees, training, shift, row, column));
        yield return ("trees, labels shuffled", TreeForecast.Train(Shuffled(training, seed), seed));
    }

    /// <summary>The same features with the demands of other samples.</summary>
    public static ImmutableArray<DemandSample> Shuffled(ImmutableArray<DemandSample> samples, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, samples.Length).OrderBy(index => Randomness.Bits(seed, (ulong)index))];
        return [.. samples.Select((sample, index) => sample with { Demand = samples[order[index]].Demand })];
    }
}

/// <summary>A forecast of demand on recordings of loads that were left out.</summary>
/// <param name="WindowNs">Length of a window.</param>
/// <param name="Horizon">Windows that demand was forecast for.</param>
/// <param name="Forecast">What forecast.</param>
/// <param name="LossBits">Mean logarithmic loss per question "is demand at least so many?", in bits.</param>
/// <param name="Gain">The share of the loss of always saying the same chances that it saves.</param>
public sealed record ForecastVerdict(long WindowNs, int Horizon, string Forecast, Interval LossBits, Interval Gain);

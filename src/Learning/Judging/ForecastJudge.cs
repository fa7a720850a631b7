using ForkTrace.Learning.Corpus;
using ForkTrace.Learning.Forecasting;

namespace ForkTrace.Learning.Judging;

/// <summary>Compares forecasts of demand on loads that they were not trained on.</summary>
internal static class ForecastJudge
{
    /// <summary>Judges each length of window, over the folds of a split.</summary>
    public static IEnumerable<ForecastVerdict> Judge(ImmutableArray<CorpusFold> folds, ulong seed, Action<string> report)
    {
        foreach (int shift in PolicyTraining.Shifts)
        {
            report(string.Create(CultureInfo.InvariantCulture, $"forecasts in windows of 2^{shift} ns"));
            foreach (ForecastVerdict verdict in Judge(folds, shift, seed))
                yield return verdict;
        }
    }

    private static IEnumerable<ForecastVerdict> Judge(ImmutableArray<CorpusFold> folds, int shift, ulong seed)
    {
        List<string> loads = [];
        Dictionary<string, List<double>> losses = [];
        foreach (CorpusFold fold in folds)
        {
            ImmutableArray<DeathSample> training = DeathSample.Of(fold.Training, shift);
            (string Name, IDemandForecast Forecast)[] forecasts = [.. Forecasts(training, shift, seed)];
            foreach (CorpusRecording recording in fold.Test)
            {
                ImmutableArray<DeathSample> test = DeathSample.Of([recording], shift);
                if (test.IsEmpty)
                    continue;
                loads.Add(recording.Split.Load);
                foreach ((string name, IDemandForecast forecast) in forecasts)
                    (losses.TryGetValue(name, out List<double>? known) ? known : losses[name] = []).Add(Horizons.Loss(forecast, test));
            }
        }

        Bootstrap bootstrap = new(loads, seed);
        foreach ((string name, List<double> loss) in losses)
        {
            double Mean(double[] weights) => loss.Select((value, index) => weights[index] * value).Sum() / weights.Sum();
            double Gain(double[] weights) =>
                1 - (Mean(weights) / (losses["constant"].Select((value, index) => weights[index] * value).Sum() / weights.Sum()));
            yield return new ForecastVerdict(1L << shift, name, bootstrap.Of(Mean), bootstrap.Of(Gain));
        }
    }

    private static IEnumerable<(string Name, IDemandForecast Forecast)> Forecasts(ImmutableArray<DeathSample> training, int shift, ulong seed)
    {
        (DemandFeature row, DemandFeature column) = FeatureChoice.Of(training);
        TreeForecast trees = TreeForecast.Train(training, seed);
        yield return ("constant", CountedForecast.Count(training));
        yield return ("time since the last fork", CountedForecast.Count(training, DemandFeature.Idle));
        yield return ("counted table", CountedForecast.Count(training, row, column));
        yield return ("trees", trees);
        yield return ("trees in a table", DemandTable.Distil(trees, training, shift, row, column));
        yield return ("trees, labels shuffled", TreeForecast.Train(Shuffled(training, seed), seed));
    }

    /// <summary>The same features, with the outcomes of other samples.</summary>
    public static ImmutableArray<DeathSample> Shuffled(ImmutableArray<DeathSample> samples, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, samples.Length).OrderBy(index => Randomness.Bits(seed, (ulong)index))];
        return [.. samples.Select((sample, index) => sample with { GapWindows = samples[order[index]].GapWindows, LeftWindows = samples[order[index]].LeftWindows })];
    }
}

/// <summary>A forecast of demand on recordings of loads that were left out.</summary>
/// <param name="WindowNs">Length of a window.</param>
/// <param name="Forecast">The name of the forecast.</param>
/// <param name="LossBits">Mean logarithmic loss per question "is the stack needed within this many windows?", in bits.</param>
/// <param name="Gain">How much of the loss of a constant forecast it saves, as a share.</param>
public sealed record ForecastVerdict(long WindowNs, string Forecast, Interval LossBits, Interval Gain);

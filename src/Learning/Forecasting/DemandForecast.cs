using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace ForkTrace.Learning.Forecasting;

/// <summary>Predicts how likely a CPU needs a dead task's stack within a number of windows, from what is known about the CPU.</summary>
internal interface IDemandForecast
{
    /// <summary>Probabilities, 0 to 1: for each sample, one for each of <see cref="Horizons.All"/>.</summary>
    double[][] Chances(IReadOnlyList<ImmutableArray<int>> features);
}

/// <summary>The numbers of windows that forecasts look ahead.</summary>
internal static class Horizons
{
    public static readonly ImmutableArray<int> All = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192];

    /// <summary>Mean logarithmic loss of a forecast, in bits per question "is the stack needed within this many windows?". 0 is perfect.</summary>
    public static double Loss(IDemandForecast forecast, IReadOnlyList<DeathSample> samples)
    {
        double[][] chances = forecast.Chances([.. samples.Select(sample => sample.Features)]);
        double bits = 0;
        long questions = 0;
        for (int index = 0; index < samples.Count; index++)
        {
            for (int horizon = 0; horizon < All.Length; horizon++)
            {
                if (samples[index].IsWantedWithin(All[horizon]) is not { } isWanted)
                    continue;
                double chance = Math.Clamp(chances[index][horizon], 1e-6, 1 - 1e-6);
                bits -= Math.Log2(isWanted ? chance : 1 - chance);
                questions++;
            }
        }

        return questions == 0 ? 0 : bits / questions;
    }
}

/// <summary>
/// Boosted trees (FastTree, Microsoft.ML) over all features and the horizon. Trained with a fixed seed on one thread: the same samples give
/// the same forecast.
/// </summary>
internal sealed class TreeForecast : IDemandForecast
{
    private readonly MLContext _learning;
    private readonly ITransformer _trees;

    private TreeForecast(MLContext learning, ITransformer trees)
    {
        _learning = learning;
        _trees = trees;
    }

    /// <summary>Trains on samples. Each sample is used for one horizon, which is drawn with the seed.</summary>
    public static TreeForecast Train(IReadOnlyList<DeathSample> samples, ulong seed)
    {
        MLContext learning = new(seed: (int)(seed & int.MaxValue));
        double mean = samples.Average(sample => sample.HitRate);
        List<Question> questions = [];
        for (int index = 0; index < samples.Count; index++)
        {
            int horizon = Horizons.All[(int)(Randomness.Bits(seed, (ulong)index) % (ulong)Horizons.All.Length)];
            if (samples[index].IsWantedWithin(horizon) is { } isWanted)
                questions.Add(Question.Of(samples[index].Features, horizon, isWanted, samples[index].HitRate / mean));
        }

        FastTreeBinaryTrainer trainer = learning.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            ExampleWeightColumnName = nameof(Question.Weight),
            NumberOfTrees = 30,
            NumberOfLeaves = 8,
            MinimumExampleCountPerLeaf = 500,
            LearningRate = 0.2,
            NumberOfThreads = 1,
            Seed = (int)(seed & int.MaxValue),
        });
        return new TreeForecast(learning, trainer.Fit(learning.Data.LoadFromEnumerable(questions)));
    }

    public double[][] Chances(IReadOnlyList<ImmutableArray<int>> features)
    {
        IEnumerable<Question> questions = features.SelectMany(known => Horizons.All.Select(horizon => Question.Of(known, horizon, false, 1)));
        IDataView answers = _trees.Transform(_learning.Data.LoadFromEnumerable(questions));
        return [.. answers.GetColumn<float>("Probability").Select(chance => (double)chance).Chunk(Horizons.All.Length)];
    }

    // Microsoft.ML finds the columns by these names.
    private sealed class Question
    {
        [VectorType(7)]
        public float[] Features { get; init; } = [];

        public bool Label { get; init; }

        public float Weight { get; init; }

        public static Question Of(ImmutableArray<int> features, int horizon, bool isWanted, double weight) =>
            new() { Features = [.. features.Select(value => (float)value), horizon], Label = isWanted, Weight = (float)weight };
    }
}

/// <summary>
/// Probabilities counted by steps of some features. With no feature: how often any stack was needed so soon. With two features: what a table of
/// 64 entries can say. A step with few samples is drawn towards the mean of all.
/// </summary>
internal sealed class CountedForecast : IDemandForecast
{
    // The weight of the overall mean in each step, in samples.
    private const double Lean = 20;
    private readonly ImmutableArray<DemandFeature> _by;
    private readonly double[][] _chances;

    private CountedForecast(ImmutableArray<DemandFeature> by, double[][] chances)
    {
        _by = by;
        _chances = chances;
    }

    public static CountedForecast Count(IReadOnlyList<DeathSample> samples, params ReadOnlySpan<DemandFeature> by)
    {
        ImmutableArray<DemandFeature> features = [.. by];
        int cells = (int)Math.Pow(DemandState.Steps, features.Length);
        double[][] seen = [.. Enumerable.Range(0, cells + 1).Select(_ => new double[Horizons.All.Length])];
        double[][] wanted = [.. Enumerable.Range(0, cells + 1).Select(_ => new double[Horizons.All.Length])];
        foreach (DeathSample sample in samples)
        {
            int cell = CellOf(features, sample.Features);
            for (int horizon = 0; horizon < Horizons.All.Length; horizon++)
            {
                if (sample.IsWantedWithin(Horizons.All[horizon]) is not { } isWanted)
                    continue;
                foreach (int part in (int[])[cell, cells])
                {
                    seen[part][horizon] += sample.HitRate;
                    wanted[part][horizon] += isWanted ? sample.HitRate : 0;
                }
            }
        }

        double lean = samples.Count == 0 ? 1 : Lean * samples.Average(sample => sample.HitRate);
        return new CountedForecast(
            features,
            [
                .. Enumerable.Range(0, cells).Select(cell => Horizons.All.Select((_, horizon) =>
                    (wanted[cell][horizon] + (lean * wanted[cells][horizon] / Math.Max(1e-12, seen[cells][horizon]))) / (seen[cell][horizon] + lean)).ToArray()),
            ]);
    }

    public double[][] Chances(IReadOnlyList<ImmutableArray<int>> features) => [.. features.Select(known => _chances[CellOf(_by, known)])];

    private static int CellOf(ImmutableArray<DemandFeature> by, ImmutableArray<int> features)
    {
        int cell = 0;
        foreach (DemandFeature feature in by)
            cell = (cell * DemandState.Steps) + DemandState.StepOf(features[(int)feature]);
        return cell;
    }
}

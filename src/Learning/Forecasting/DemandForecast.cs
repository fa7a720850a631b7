using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace ForkTrace.Learning.Forecasting;

/// <summary>How likely it is that a CPU's next windows draw so many stacks, by what is known of it.</summary>
internal interface IDemandForecast
{
    /// <summary>Chances, 0 to 1: for each sample, one for each level.</summary>
    double[][] Chances(IReadOnlyList<ImmutableArray<int>> features);
}

/// <summary>Demands that forecasts speak of: chances that demand is at least so many stacks.</summary>
internal static class DemandLevels
{
    public static readonly ImmutableArray<int> All = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    /// <summary>
    /// Mean logarithmic loss of a forecast, in bits per question "is demand at least so many?". 0 is perfect.
    /// </summary>
    public static double Loss(IDemandForecast forecast, IReadOnlyList<DemandSample> samples)
    {
        double[][] chances = forecast.Chances([.. samples.Select(sample => sample.Features)]);
        double bits = 0;
        for (int index = 0; index < samples.Count; index++)
        {
            for (int level = 0; level < All.Length; level++)
            {
                double chance = Math.Clamp(chances[index][level], 1e-6, 1 - 1e-6);
                bits -= Math.Log2(samples[index].Demand >= All[level] ? chance : 1 - chance);
            }
        }

        return samples.Count == 0 ? 0 : bits / samples.Count / All.Length;
    }
}

/// <summary>
/// Boosted trees (FastTree, Microsoft.ML) over all features and the level. Trained with a fixed seed on one thread: the same samples give
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

    /// <summary>Trains on samples. Each asks about one level, drawn by the seed.</summary>
    public static TreeForecast Train(IReadOnlyList<DemandSample> samples, ulong seed)
    {
        MLContext learning = new(seed: (int)(seed & int.MaxValue));
        IEnumerable<Question> questions = samples.Select((sample, index) =>
        {
            int level = DemandLevels.All[(int)(Randomness.Bits(seed, (ulong)index) % (ulong)DemandLevels.All.Length)];
            return Question.Of(sample.Features, level, sample.Demand >= level);
        });
        FastTreeBinaryTrainer trainer = learning.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            NumberOfTrees = 60,
            NumberOfLeaves = 16,
            MinimumExampleCountPerLeaf = 50,
            LearningRate = 0.2,
            NumberOfThreads = 1,
            Seed = (int)(seed & int.MaxValue),
            FeatureFractionPerSplit = 1,
        });
        return new TreeForecast(learning, trainer.Fit(learning.Data.LoadFromEnumerable([.. questions])));
    }

    public double[][] Chances(IReadOnlyList<ImmutableArray<int>> features)
    {
        IEnumerable<Question> questions = features.SelectMany(known => DemandLevels.All.Select(level => Question.Of(known, level, false)));
        IDataView answers = _trees.Transform(_learning.Data.LoadFromEnumerable(questions));
        return [.. answers.GetColumn<float>("Probability").Select(chance => (double)chance).Chunk(DemandLevels.All.Length)];
    }

    // Microsoft.ML finds the columns by these names.
    private sealed class Question
    {
        [VectorType(6)]
        public float[] Features { get; init; } = [];

        public bool Label { get; init; }

        public static Question Of(ImmutableArray<int> features, int level, bool isReached) =>
            new() { Features = [.. features.Select(value => (float)value), level], Label = isReached };
    }
}

/// <summary>
/// Chances counted by steps of some features: without any, how often demand was so high at all; by one, what the last window says; by two,
/// what a table of 64 can say. A step that was seen seldom leans on the whole.
/// </summary>
internal sealed class CountedForecast : IDemandForecast
{
    // As many samples of the whole are added to each step.
    private const double Lean = 8;
    private readonly ImmutableArray<DemandFeature> _by;
    private readonly double[][] _chances;

    private CountedForecast(ImmutableArray<DemandFeature> by, double[][] chances)
    {
        _by = by;
        _chances = chances;
    }

    public static CountedForecast Count(IReadOnlyList<DemandSample> samples, params ReadOnlySpan<DemandFeature> by)
    {
        ImmutableArray<DemandFeature> features = [.. by];
        int cells = (int)Math.Pow(DemandState.Steps, features.Length);
        double[] seen = new double[cells];
        double[][] reached = [.. Enumerable.Range(0, cells).Select(_ => new double[DemandLevels.All.Length])];
        double[] whole = new double[DemandLevels.All.Length];
        foreach (DemandSample sample in samples)
        {
            int cell = CellOf(features, sample.Features);
            seen[cell]++;
            for (int level = 0; level < whole.Length && sample.Demand >= DemandLevels.All[level]; level++)
            {
                reached[cell][level]++;
                whole[level]++;
            }
        }

        for (int cell = 0; cell < cells; cell++)
        {
            for (int level = 0; level < whole.Length; level++)
                reached[cell][level] = (reached[cell][level] + (Lean * whole[level] / Math.Max(1, samples.Count))) / (seen[cell] + Lean);
        }

        return new CountedForecast(features, reached);
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

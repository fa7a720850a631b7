using ForkTrace.Learning.Corpus;

namespace ForkTrace.Learning.Judging;

/// <summary>
/// Compares the learned policy with others at equal memory, on recordings that neither was tuned on. Replays that do not depend on training
/// are made once.
/// </summary>
internal sealed class PolicyJudge
{
    private const string Learned = "learned";
    private readonly ImmutableArray<CorpusRecording> _corpus;
    private readonly ulong _seed;
    private readonly int _threads;
    private readonly Dictionary<string, Outcome[][]> _baselines = [];

    public PolicyJudge(ImmutableArray<CorpusRecording> corpus, ulong seed, int threads)
    {
        _corpus = corpus;
        _seed = seed;
        _threads = threads;
        foreach (PolicyFamily family in PolicyFamily.Baselines)
            _baselines[family.Name] = OutcomesOf(family, corpus, threads);
    }

    /// <summary>The memory of each row: 1 is what the kernel's own cache holds.</summary>
    public static ImmutableArray<double> Memories { get; } = [0.25, 0.5, 1, 2, 4];

    /// <summary>Outcomes by recording, then by choice.</summary>
    public static Outcome[][] OutcomesOf(PolicyFamily family, IReadOnlyList<CorpusRecording> recordings, int threads)
    {
        Outcome[][] outcomes = new Outcome[recordings.Count][];
        Parallel.For(0, recordings.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, recording =>
            outcomes[recording] = [.. family.Choices.Select(choice => Outcome.Of(recordings[recording], choice))]);
        return outcomes;
    }

    /// <summary>Mean outcomes by choice.</summary>
    public static Outcome[] MeanOf(Outcome[][] outcomes) =>
        outcomes.Length == 0 ? [] : [.. outcomes[0].Select((_, choice) => Outcome.Mean([.. outcomes.Select(recording => recording[choice])]))];

    /// <summary>Judges over the folds of a split. Each recording is judged in the fold that leaves it out.</summary>
    /// <param name="split">What is left out: <c>loads</c> or <c>machines</c>.</param>
    /// <param name="folds">The folds.</param>
    /// <param name="report">Called when a fold begins.</param>
    public ImmutableArray<PolicyVerdict> Judge(string split, ImmutableArray<CorpusFold> folds, Action<string> report)
    {
        List<CorpusRecording> tested = [];
        Dictionary<string, List<Outcome[]>> paths = [];
        foreach (CorpusFold fold in folds)
        {
            report($"{split} left out: {fold.Name}");
            PolicyTraining training = PolicyTraining.Of(fold.Training, _seed);
            foreach (PolicyFamily family in PolicyFamily.Baselines)
                Add(paths, family.Name, Rows(family.Name, fold.Training), Rows(family.Name, fold.Test));
            foreach (PolicyFamily family in Trained(training))
                Add(paths, family.Name, OutcomesOf(family, fold.Training, _threads), OutcomesOf(family, fold.Test, _threads));
            tested.AddRange(fold.Test);
        }

        Bootstrap bootstrap = new([.. tested.Select(recording => recording.Split.Load)], _seed);
        PooledBound bound = PooledBound.Of(tested);
        return
        [
            .. Memories.SelectMany(memory =>
            {
                // The draws and their bounds are the same for every policy.
                Dictionary<double[], double> bounds = [];
                double Bound(double[] weights) =>
                    bounds.TryGetValue(weights, out double known) ? known : bounds[weights] = bound.HitRate(memory, weights);
                return paths.Select(path => VerdictOf(split, memory, path.Key, path.Value, paths[Learned], Bound, bootstrap));
            }),
        ];
    }

    private static IEnumerable<PolicyFamily> Trained(PolicyTraining training) =>
    [
        PolicyFamily.OfModels(Learned, training.OfTrees),
        PolicyFamily.OfModels("counted", training.OfCounts),
    ];

    private static void Add(Dictionary<string, List<Outcome[]>> paths, string family, Outcome[][] training, Outcome[][] test)
    {
        TunedPath path = TunedPath.Of(MeanOf(training));
        if (!paths.TryGetValue(family, out List<Outcome[]>? rows))
            paths[family] = rows = [];
        rows.AddRange(test.Select(path.On));
    }

    private static PolicyVerdict VerdictOf(
        string split, double memory, string family, List<Outcome[]> path, List<Outcome[]> learned, Func<double[], double> bound, Bootstrap bootstrap)
    {
        double HitRate(double[] weights) => CurveAt(path, weights, memory);
        double ShareWon(double[] weights)
        {
            double theirs = HitRate(weights);
            return (CurveAt(learned, weights, memory) - theirs) / (bound(weights) - theirs);
        }

        return new PolicyVerdict(split, memory, family, bootstrap.Of(HitRate), bound(bootstrap.Once), bootstrap.Of(ShareWon));
    }

    /// <summary>The hit rate at a mean memory, interpolated between budgets. Above the largest budget its hit rate; below the least, none.</summary>
    private static double CurveAt(List<Outcome[]> path, double[] weights, double memory)
    {
        double total = weights.Sum();
        Outcome[] means = new Outcome[TunedPath.Budgets.Length];
        for (int recording = 0; recording < path.Count; recording++)
        {
            if (weights[recording] == 0)
                continue;
            for (int budget = 0; budget < means.Length; budget++)
                means[budget] += (weights[recording] / total) * path[recording][budget];
        }

        List<Outcome> curve = [.. TunedPath.Hull(means).Select(index => means[index])];
        int above = curve.FindIndex(point => point.Memory > memory);
        if (above == 0)
            return double.NaN;
        if (above < 0)
            return curve[^1].HitRate;
        double along = (memory - curve[above - 1].Memory) / (curve[above].Memory - curve[above - 1].Memory);
        return curve[above - 1].HitRate + (along * (curve[above].HitRate - curve[above - 1].HitRate));
    }

    private Outcome[][] Rows(string family, ImmutableArray<CorpusRecording> recordings) =>
        [.. recordings.Select(recording => _baselines[family][_corpus.IndexOf(recording)])];
}

/// <summary>A policy at a mean memory on recordings that were left out.</summary>
/// <param name="Split">What was left out: loads or machines.</param>
/// <param name="Memory">The memory, held on average: 1 is what the kernel's own cache would have held.</param>
/// <param name="Family">The policy, tuned on training recordings alone.</param>
/// <param name="HitRate">Its hit rate, 0 to 1; NaN if it cannot hold so little.</param>
/// <param name="BoundHitRate">The highest possible hit rate with hindsight, for policies that map no stack ahead.</param>
/// <param name="ShareWon">
/// The share of the distance from this policy to the bound that the learned policy gains; negative if it is worse. It has no meaning for
/// policies that map stacks ahead.
/// </param>
public sealed record PolicyVerdict(
    string Split, double Memory, string Family, Interval HitRate, double BoundHitRate, Interval ShareWon);

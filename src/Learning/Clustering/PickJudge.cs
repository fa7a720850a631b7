using ForkTrace.Learning.Judging;

namespace ForkTrace.Learning.Clustering;

/// <summary>
/// How well a few recordings represent others. Each recording is assumed to have the hit rates of the nearest pick on the map. The share of
/// the variance of all hit-rate curves that this explains is compared with random picks and with picks by fork rate.
/// </summary>
public static class PickJudge
{
    /// <summary>The split of verdicts on loads that were left out.</summary>
    public const string LoadsLeftOut = "loads left out";

    private const string Clusters = "clusters";
    private const int RandomDraws = 50;

    /// <summary>
    /// Judges picks of all recordings on those that were not picked, and picks of some loads on loads that were left out, unless too few are left.
    /// </summary>
    /// <param name="recordings">The recordings, with their hit rates.</param>
    /// <param name="picks">How many to pick.</param>
    /// <param name="seed">Seed of clusters, random picks and intervals.</param>
    public static ImmutableArray<PickVerdict> Judge(ImmutableArray<ClusteredRecording> recordings, int picks, ulong seed)
    {
        (ImmutableArray<ClusteredRecording> Training, ImmutableArray<ClusteredRecording> Test)[] folds =
        [
            .. recordings.Select(recording => recording.Split.Fold).Distinct().Order().Select(fold => (
                recordings.RemoveAll(recording => recording.Split.Fold == fold),
                recordings.RemoveAll(recording => recording.Split.Fold != fold))),
        ];
        return
        [
            .. Judge("not picked", [(recordings, recordings)], picks, seed),
            .. folds.Length > 1 && folds.All(fold => RecordingMap.PlacesOf(fold.Training) >= picks) ? Judge(LoadsLeftOut, folds, picks, seed) : [],
        ];
    }

    private static IEnumerable<PickVerdict> Judge(
        string split, (ImmutableArray<ClusteredRecording> Training, ImmutableArray<ClusteredRecording> Test)[] folds, int picks, ulong seed)
    {
        Dictionary<string, List<(double Missed, double All)>> sums = [];
        List<string> loads = [];
        foreach ((ImmutableArray<ClusteredRecording> training, ImmutableArray<ClusteredRecording> test) in folds)
        {
            RecordingMap map = RecordingMap.Of(training, picks, seed);
            double[][] here = map.Locate(training);
            double[][] there = map.Locate(test);
            double[] mean = [.. training[0].HitRates.Select((_, at) => training.Average(recording => recording.HitRates[at]))];
            (double Missed, double All)[] Errors(IReadOnlyList<int> chosen) => [.. test.Select((recording, index) => ErrorOf(recording, there[index], chosen))];
            (double Missed, double All) ErrorOf(ClusteredRecording recording, double[] point, IReadOnlyList<int> chosen)
            {
                // A pick represents itself perfectly, so it is not counted.
                if (chosen.Any(pick => ReferenceEquals(training[pick], recording)))
                    return (0, 0);
                ClusteredRecording pick = training[chosen[RecordingMap.NearestOf([.. chosen.Select(index => here[index])], point)]];
                return (SquaresOf(recording, pick.HitRates), SquaresOf(recording, mean));
            }

            loads.AddRange(test.Select(recording => recording.Split.Load));
            Add(sums, Clusters, Errors(map.Picks));
            Add(sums, "fork rate", Errors(ByForkRate(training, picks)));
            (double Missed, double All)[][] draws = [.. Enumerable.Range(0, RandomDraws).Select(draw => Errors(AtRandom(training.Length, picks, seed, draw)))];
            Add(sums, "random", [.. test.Select((_, index) => (draws.Average(draw => draw[index].Missed), draws.Average(draw => draw[index].All)))]);
        }

        Bootstrap bootstrap = new(loads, seed);
        foreach (string name in sums.Keys)
        {
            yield return new PickVerdict(
                split,
                name,
                picks,
                bootstrap.Of(weights => CoveredBy(sums[name], weights)),
                bootstrap.Of(weights => CoveredBy(sums[Clusters], weights) - CoveredBy(sums[name], weights)));
        }
    }

    private static double CoveredBy(List<(double Missed, double All)> errors, double[] weights) =>
        1 - (errors.Select((error, index) => weights[index] * error.Missed).Sum() / errors.Select((error, index) => weights[index] * error.All).Sum());

    private static void Add(Dictionary<string, List<(double Missed, double All)>> sums, string name, IEnumerable<(double Missed, double All)> errors) =>
        (sums.TryGetValue(name, out List<(double Missed, double All)>? known) ? known : sums[name] = []).AddRange(errors);

    private static double SquaresOf(ClusteredRecording recording, IReadOnlyList<double> expected) =>
        recording.HitRates.Select((rate, at) => Math.Pow(rate - expected[at], 2)).Sum();

    // Sorted by fork rate and cut into equal parts: the middle of each part.
    private static int[] ByForkRate(ImmutableArray<ClusteredRecording> recordings, int picks)
    {
        int[] order = [.. Enumerable.Range(0, recordings.Length).OrderBy(index => recordings[index].Fingerprint[0])];
        return [.. Enumerable.Range(0, picks).Select(part => order[((2 * part) + 1) * order.Length / (2 * picks)])];
    }

    private static int[] AtRandom(int recordings, int picks, ulong seed, int draw) =>
        [.. Enumerable.Range(0, recordings).OrderBy(index => Randomness.Bits(seed + 1 + (ulong)draw, (ulong)index)).Take(picks)];
}

/// <summary>How well some picks represent other recordings.</summary>
/// <param name="Split">The recordings that are judged: those that were not picked, or those of loads that were left out.</param>
/// <param name="Picked">How the picks were made: by clusters, by fork rate, or at random.</param>
/// <param name="Picks">The number of picks.</param>
/// <param name="Covered">The share of the variance of hit-rate curves that they explain, at most 1; below 0 if the mean curve explains more.</param>
/// <param name="ClustersAhead">How much more picks by clusters explain than these picks, on the same recordings.</param>
public sealed record PickVerdict(string Split, string Picked, int Picks, Interval Covered, Interval ClustersAhead);

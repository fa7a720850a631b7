using ForkTrace.Learning.Corpus;

namespace ForkTrace.Learning.Judging;

/// <summary>
/// A tuned family: for each budget of memory, the mixture of at most two of its choices that hits most on the training recordings and holds no
/// more on average. A mixture uses one choice on some machines and the other on the rest.
/// </summary>
internal sealed class TunedPath
{
    private readonly ImmutableArray<(int First, int Second, double ShareOfSecond)> _mixtures;

    private TunedPath(ImmutableArray<(int First, int Second, double ShareOfSecond)> mixtures) => _mixtures = mixtures;

    /// <summary>Budgets of memory: 1/32 to 32 times that of the kernel's own cache, two for each doubling.</summary>
    public static ImmutableArray<double> Budgets { get; } = [.. Enumerable.Range(-10, 21).Select(half => Math.Pow(2, half / 2.0))];

    /// <summary>Tunes by the mean outcomes of the choices on training recordings.</summary>
    public static TunedPath Of(IReadOnlyList<Outcome> training)
    {
        List<int> hull = Hull(training);
        return new TunedPath([.. Budgets.Select(budget => MixtureAt(training, hull, budget))]);
    }

    /// <summary>The outcome on a recording at each budget, from the outcomes of the choices on it.</summary>
    public Outcome[] On(Outcome[] choices) =>
        [.. _mixtures.Select(mixture => ((1 - mixture.ShareOfSecond) * choices[mixture.First]) + (mixture.ShareOfSecond * choices[mixture.Second]))];

    /// <summary>The single choice that hits most within a budget; if none is within it, the one that holds least.</summary>
    public static int BestWithin(IReadOnlyList<Outcome> training, double memory)
    {
        int[] within = [.. Enumerable.Range(0, training.Count).Where(index => training[index].Memory <= memory)];
        return within.Length == 0
            ? Enumerable.Range(0, training.Count).MinBy(index => training[index].Memory)
            : within.MaxBy(index => training[index].HitRate);
    }

    /// <summary>The choices that no mixture of two others beats, by rising memory.</summary>
    public static List<int> Hull(IReadOnlyList<Outcome> points)
    {
        List<int> hull = [];
        foreach (int next in Enumerable.Range(0, points.Count).OrderBy(index => points[index].Memory).ThenByDescending(index => points[index].HitRate))
        {
            if (hull.Count > 0 && points[next].HitRate <= points[hull[^1]].HitRate)
                continue;
            while (hull.Count > 1 && !TurnsDown(points[hull[^2]], points[hull[^1]], points[next]))
                hull.RemoveAt(hull.Count - 1);
            hull.Add(next);
        }

        return hull;
    }

    private static bool TurnsDown(Outcome first, Outcome second, Outcome third) =>
        (second.HitRate - first.HitRate) * (third.Memory - first.Memory)
        > (third.HitRate - first.HitRate) * (second.Memory - first.Memory);

    private static (int First, int Second, double ShareOfSecond) MixtureAt(IReadOnlyList<Outcome> points, List<int> hull, double budget)
    {
        int above = hull.FindIndex(index => points[index].Memory > budget);
        if (above == 0)
            return (hull[0], hull[0], 0);
        if (above < 0)
            return (hull[^1], hull[^1], 0);
        double low = points[hull[above - 1]].Memory;
        return (hull[above - 1], hull[above], (budget - low) / (points[hull[above]].Memory - low));
    }
}

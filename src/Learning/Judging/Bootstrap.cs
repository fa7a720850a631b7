namespace ForkTrace.Learning.Judging;

/// <summary>A figure with its 95 % interval.</summary>
public readonly record struct Interval(double Value, double Low, double High);

/// <summary>
/// Intervals by the bootstrap over groups. Recordings of one load are similar, so whole loads are drawn with replacement (Efron and Tibshirani
/// 1993, percentile interval). Draws depend on the seed alone.
/// </summary>
internal sealed class Bootstrap
{
    private const int Draws = 200;
    private readonly double[][] _weights;

    /// <param name="groups">The group of each recording.</param>
    /// <param name="seed">Seed of the draws.</param>
    public Bootstrap(IReadOnlyList<string> groups, ulong seed)
    {
        string[] names = [.. groups.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Once = [.. groups.Select(_ => 1.0)];
        _weights = [.. Enumerable.Range(0, Draws).Select(draw => Draw(groups, names, seed, draw))];
    }

    /// <summary>Every recording once.</summary>
    public double[] Once { get; }

    /// <summary>A figure of weighted recordings, with its interval. Draws without this figure are left out.</summary>
    public Interval Of(Func<double[], double> figure)
    {
        double[] drawn = [.. _weights.Select(figure).Where(double.IsFinite).Order()];
        double value = figure(Once);
        return drawn.Length == 0
            ? new Interval(value, double.NaN, double.NaN)
            : new Interval(value, drawn[(int)(0.025 * (drawn.Length - 1))], drawn[(int)Math.Ceiling(0.975 * (drawn.Length - 1))]);
    }

    private static double[] Draw(IReadOnlyList<string> groups, string[] names, ulong seed, int draw)
    {
        Dictionary<string, double> times = names.ToDictionary(name => name, _ => 0.0, StringComparer.Ordinal);
        for (int index = 0; index < names.Length; index++)
            times[names[(int)(Randomness.Bits(seed, (ulong)((draw * names.Length) + index)) % (ulong)names.Length)]]++;
        return [.. groups.Select(group => times[group])];
    }
}

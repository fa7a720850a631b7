namespace ForkTrace.Learning.Forecasting;

/// <summary>
/// Chooses the two features of a table: the pair whose counted probabilities best predict other loads of the training recordings, on which they
/// were not counted. More features would fit the known loads better, and may predict other loads worse.
/// </summary>
internal static class FeatureChoice
{
    private const int Parts = 4;
    private const int SamplesMax = 20_000;

    /// <summary>The pair with the least loss; the first if several are equal.</summary>
    public static (DemandFeature Row, DemandFeature Column) Of(ImmutableArray<DeathSample> samples)
    {
        int step = Math.Max(1, samples.Length / SamplesMax);
        DeathSample[] some = [.. samples.Where((_, index) => index % step == 0)];
        string[] loads = [.. some.Select(sample => sample.Load).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        ILookup<int, DeathSample> parts = some.ToLookup(sample => Array.IndexOf(loads, sample.Load) % Parts);
        DemandFeature[] all = Enum.GetValues<DemandFeature>();
        return all
            .SelectMany((row, index) => all.Skip(index + 1).Select(column => (Row: row, Column: column)))
            .MinBy(pair => loads.Length < 2
                ? Loss(some, some, pair)
                : parts.Sum(part => part.Count() * Loss([.. parts.Where(other => other.Key != part.Key).SelectMany(other => other)], [.. part], pair)));
    }

    private static double Loss(DeathSample[] counted, DeathSample[] told, (DemandFeature Row, DemandFeature Column) by) =>
        Horizons.Loss(CountedForecast.Count(counted, by.Row, by.Column), told);
}

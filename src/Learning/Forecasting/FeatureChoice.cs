namespace ForkTrace.Learning.Forecasting;

/// <summary>
/// Which two features a table is made by: those whose counted chances tell best of loads that they were not counted on, within the training
/// recordings. More features tell more of the loads that were seen, and may tell less of others.
/// </summary>
internal static class FeatureChoice
{
    private const int Parts = 4;
    private const int SamplesMax = 20_000;

    /// <summary>The pair with the least loss, the first of equals.</summary>
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

using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Tests;

/// <summary>Compares percentiles with the sorted list.</summary>
public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Percentiles_are_within_one_percent_and_the_rest_is_exact(int seed)
    {
        Random random = new(seed);
        double[] values = [.. Enumerable.Range(0, 20_000).Select(_ => Math.Round(Math.Exp(random.NextDouble() * 24)))];
        LatencyHistogram histogram = Of(values);
        Array.Sort(values);
        foreach (double quantile in new[] { 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0 })
        {
            double exact = values[Math.Max(1, (int)Math.Ceiling(quantile * values.Length)) - 1];
            Assert.InRange(histogram.QuantileNs(quantile), exact * 0.99, exact * 1.01);
        }

        Assert.Equal((values.Length, (long)values[0], (long)values[^1]), (histogram.Count, histogram.MinNs, histogram.MaxNs));
        Assert.Equal(values.Average(), histogram.MeanNs, values.Average() * 1e-9);
    }

    [Fact]
    public void Two_histograms_add_to_that_of_all_values()
    {
        Random random = new(9);
        double[] values = [.. Enumerable.Range(0, 5000).Select(_ => Math.Round(random.NextDouble() * 1e7))];
        LatencyHistogram sum = Of(values[..1700]);
        sum.Add(Of(values[1700..]));
        LatencyHistogram whole = Of(values);
        Assert.Equal(whole.Buckets(), sum.Buckets());
        Assert.Equal((whole.Count, whole.MinNs, whole.MaxNs, whole.SumNs), (sum.Count, sum.MinNs, sum.MaxNs, sum.SumNs));
        sum.Add(new LatencyHistogram());
        Assert.Equal((whole.MinNs, whole.MaxNs), (sum.MinNs, sum.MaxNs));
    }

    private static LatencyHistogram Of(double[] values)
    {
        LatencyHistogram histogram = new();
        foreach (double value in values)
            histogram.Record(value);
        return histogram;
    }
}

using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Analytics.Tests;

/// <summary>Means and confidence intervals, compared with standard statistics.</summary>
public sealed class SampleTests
{
    // R: t.test(c(45.6, 49.6, 56.3)): mean 50.5, interval 37.07 to 63.93.
    [Fact]
    public void The_interval_of_a_mean_is_Students()
    {
        Sample sample = new([45.6, 49.6, 56.3]);
        Assert.Equal(50.5, sample.Mean, 1e-9);
        Assert.Equal(13.4304, sample.HalfWidth!.Value, 0.001);
    }

    [Fact]
    public void One_recording_says_nothing_of_the_noise()
    {
        Assert.Null(new Sample([0.5]).HalfWidth);
        SampleDifference difference = new Sample([0.5]).To(new Sample([0.6, 0.7]));
        Assert.Null(difference.HalfWidth);
        Assert.False(difference.IsDistinguishable);
    }

    // Two degrees of freedom on each side and equal variances: Welch has four, and the quantile is 2.776.
    [Fact]
    public void The_interval_of_a_difference_is_Welchs()
    {
        SampleDifference difference = new Sample([1, 2, 3]).To(new Sample([11, 12, 13]));
        Assert.Equal(10, difference.Mean, 1e-9);
        Assert.Equal(2.776 * Math.Sqrt(2.0 / 3), difference.HalfWidth!.Value, 0.001);
        Assert.True(difference.IsDistinguishable);
    }

    [Theory]
    [InlineData("hit_rate", "better")]
    [InlineData("cost_mean_ns", "worse")]
    [InlineData("cached_mean_bytes", "worse")]
    public void More_is_better_or_worse_by_figure(string metric, string verdict) =>
        Assert.Equal(verdict, new RepeatedChange("linux-5.18", metric, new Sample([1, 2, 3]), new Sample([11, 12, 13])).Verdict);

    [Fact]
    public void What_noise_explains_is_not_distinguishable() => Assert.Equal(
        "not distinguishable", new RepeatedChange("linux-5.18", "hit_rate", new Sample([1, 12, 30]), new Sample([2, 13, 33])).Verdict);

    [Fact]
    public void Equal_values_have_no_noise()
    {
        RepeatedChange change = new("pages-rcu", "hit_rate", new Sample([0, 0]), new Sample([0, 0]));
        Assert.Equal(0, change.Difference.HalfWidth);
        Assert.Equal("not distinguishable", change.Verdict);
    }
}

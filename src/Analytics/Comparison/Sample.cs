using MathNet.Numerics.Distributions;

namespace ForkTrace.Analytics.Comparison;

/// <summary>One figure of several recordings of the same load.</summary>
/// <param name="Values">What each recording gave, in order; at least one.</param>
public sealed record Sample(ImmutableArray<double> Values)
{
    private const double Confidence = 0.95;

    public double Mean => Values.Average();

    /// <summary>
    /// Half the width of the 95 % interval of the mean, by Student's t. In 95 of 100 such samples, the mean over all possible recordings of the load
    /// is within this distance of <see cref="Mean"/>. Null for one recording, which does not show the noise.
    /// </summary>
    public double? HalfWidth => Values.Length < 2 ? null : Quantile(Values.Length - 1) * Math.Sqrt(Variance / Values.Length);

    // Of the population, estimated.
    private double Variance => Values.Sum(value => (value - Mean) * (value - Mean)) / (Values.Length - 1);

    /// <summary>The mean of another sample minus this one's, with its 95 % interval (B. L. Welch, Biometrika 34, 1947).</summary>
    public SampleDifference To(Sample other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double difference = other.Mean - Mean;
        if (Values.Length < 2 || other.Values.Length < 2)
            return new SampleDifference(difference, null);
        double mine = Variance / Values.Length;
        double others = other.Variance / other.Values.Length;
        if (mine + others == 0)
            return new SampleDifference(difference, 0);
        double freedom = (mine + others) * (mine + others)
            / ((mine * mine / (Values.Length - 1)) + (others * others / (other.Values.Length - 1)));
        return new SampleDifference(difference, Quantile(freedom) * Math.Sqrt(mine + others));
    }

    /// <summary>Student's t: half the width of the 95 % interval, in standard errors.</summary>
    internal static double Quantile(double freedom) => StudentT.InvCDF(0, 1, freedom, (1 + Confidence) / 2);
}

/// <summary>How far apart two means are.</summary>
/// <param name="Mean">The later less the earlier.</param>
/// <param name="HalfWidth">Half the width of its 95 % interval; null where a side has one recording.</param>
public sealed record SampleDifference(double Mean, double? HalfWidth)
{
    /// <summary>True if the interval does not contain 0: at 95 % confidence, the samples come from different loads or kernels.</summary>
    public bool IsDistinguishable => HalfWidth is { } width && Math.Abs(Mean) > width;
}

using MathNet.Numerics.Distributions;

namespace ForkTrace.Analytics.Comparison;

/// <summary>One figure of several recordings of the same load.</summary>
/// <param name="Values">What each recording gave, in order; at least one.</param>
public sealed record Sample(ImmutableArray<double> Values)
{
    private const double Confidence = 0.95;

    public double Mean => Values.Average();

    /// <summary>
    /// Half the width of the 95 % interval of the mean, by Student's t: the mean of all recordings that could be made of the load is in
    /// <see cref="Mean"/> plus or minus this in 95 of 100 such samples. Null for one recording, which says nothing of the noise.
    /// </summary>
    public double? HalfWidth => Values.Length < 2 ? null : Quantile(Values.Length - 1) * Math.Sqrt(Variance / Values.Length);

    // Of the population, estimated.
    private double Variance => Values.Sum(value => (value - Mean) * (value - Mean)) / (Values.Length - 1);

    /// <summary>The mean of another sample less this one's, with its 95 % interval (B. L. Welch, Biometrika 34, 1947).</summary>
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

    /// <summary>Student's t: what the 95 % interval is wide to each side, in standard errors.</summary>
    internal static double Quantile(double freedom) => StudentT.InvCDF(0, 1, freedom, (1 + Confidence) / 2);
}

/// <summary>How far apart two means are.</summary>
/// <param name="Mean">The later less the earlier.</param>
/// <param name="HalfWidth">Half the width of its 95 % interval; null where a side has one recording.</param>
public sealed record SampleDifference(double Mean, double? HalfWidth)
{
    /// <summary>True if the interval does not hold 0: the samples are of different loads, or kernels, at 95 % confidence.</summary>
    public bool IsDistinguishable => HalfWidth is { } width && Math.Abs(Mean) > width;
}

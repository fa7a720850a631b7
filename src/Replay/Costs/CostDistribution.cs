namespace ForkTrace.Replay.Costs;

/// <summary>The distribution of a duration, given by quantiles with linear interpolation. A single quantile is a constant.</summary>
public readonly struct CostDistribution
{
    private readonly double[] _shares;
    private readonly double[] _valuesNs;

    /// <param name="shares">Shares that rise from 0 to 1.</param>
    /// <param name="valuesNs">The duration at each share in ns; it must not fall.</param>
    public CostDistribution(double[] shares, double[] valuesNs)
    {
        _shares = shares;
        _valuesNs = valuesNs;
    }

    /// <summary>The constant 0.</summary>
    public static CostDistribution Zero { get; } = new([0], [0]);

    /// <summary>The sum of two parts of one operation, assumed to be fast and slow together: the quantiles are added.</summary>
    public static CostDistribution Sum(CostDistribution first, CostDistribution second)
    {
        double[] shares = [.. first._shares.Concat(second._shares).Distinct().Order()];
        return new CostDistribution(shares, [.. shares.Select(share => first.QuantileNs(share) + second.QuantileNs(share))]);
    }

    /// <summary>True if every duration is 0.</summary>
    public bool IsZero => _valuesNs[^1] == 0;

    /// <summary>The mean duration, ns: the area under the quantiles.</summary>
    public double MeanNs
    {
        get
        {
            double meanNs = _valuesNs.Length == 1 ? _valuesNs[0] : 0;
            for (int upper = 1; upper < _valuesNs.Length; upper++)
                meanNs += (_shares[upper] - _shares[upper - 1]) * (_valuesNs[upper] + _valuesNs[upper - 1]) / 2;
            return meanNs;
        }
    }

    /// <summary>The duration in ns at share <paramref name="uniform"/>, which is in [0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double QuantileNs(double uniform)
    {
        double[] values = _valuesNs;
        if (values.Length == 1)
            return values[0];
        double[] shares = _shares;
        int upper = 1;
        while (upper < values.Length - 1 && shares[upper] < uniform)
            upper++;
        double within = (uniform - shares[upper - 1]) / (shares[upper] - shares[upper - 1]);
        return values[upper - 1] + (within * (values[upper] - values[upper - 1]));
    }
}

namespace ForkTrace.Analytics.Comparison;

/// <summary>Figures and their changes as text; the unit is the last word of the metric's name.</summary>
public static class FigureText
{
    /// <summary><c>84.765 %</c>, <c>587.2 ns</c>, <c>65,536 B</c>, <c>361</c>; <c>none</c> if there is no figure.</summary>
    public static string Of(string metric, double? value) => value is not { } number
        ? "none"
        : IsShare(metric) ? $"{Digits(number * 100)} %" : $"{Digits(number)}{Unit(metric)}";

    /// <summary><c>-0.5 pp</c>, <c>+12.4 ns (+2.1 %)</c>; empty if a side has no figure.</summary>
    public static string OfChange(MetricChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Difference is not { } difference)
            return "";
        string ratio = !IsShare(change.Metric) && change.Ratio is { } share ? $" ({Signed(share * 100)} %)" : "";
        return $"{OfDifference(change.Metric, difference)}{ratio}";
    }

    /// <summary><c>-0.5 pp</c>, <c>+12.4 ns</c>.</summary>
    public static string OfDifference(string metric, double difference) =>
        IsShare(metric) ? $"{Signed(difference * 100)} pp" : $"{Signed(difference)}{Unit(metric)}";

    /// <summary>The unit of a metric.</summary>
    public static FigureUnit UnitOf(string metric) => IsShare(metric) ? FigureUnit.Share
        : EndsWith(metric, "_ns") ? FigureUnit.Ns
        : EndsWith(metric, "_bytes") ? FigureUnit.Bytes : FigureUnit.Count;

    private static bool IsShare(string metric) => EndsWith(metric, "_rate") || EndsWith(metric, "_share");

    private static string Unit(string metric) => UnitOf(metric) switch
    {
        FigureUnit.Ns => " ns",
        FigureUnit.Bytes => " B",
        _ => "",
    };

    private static string Signed(double value) => value > 0 ? $"+{Digits(value)}" : Digits(value);

    // Three decimals, and more if a small figure would otherwise look like 0.
    private static string Digits(double value) => Math.Abs(value) is > 0 and < 0.001
        ? value.ToString("G3", CultureInfo.InvariantCulture)
        : value.ToString("#,0.###", CultureInfo.InvariantCulture);

    private static bool EndsWith(string text, string end) => text.EndsWith(end, StringComparison.Ordinal);
}

/// <summary>The unit of a figure.</summary>
public enum FigureUnit
{
    /// <summary>Whatever the column counts: forks, stacks.</summary>
    Count,

    /// <summary>A share, 0 to 1.</summary>
    Share,

    /// <summary>Nanoseconds.</summary>
    Ns,

    Bytes,
}

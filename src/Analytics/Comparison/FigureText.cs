namespace ForkTrace.Analytics.Comparison;

/// <summary>Figures and their changes for a person; the unit is the last word of the metric's name.</summary>
public static class FigureText
{
    /// <summary><c>84.765 %</c>, <c>587.2 ns</c>, <c>65,536 B</c>, <c>361</c>; <c>none</c> where there is no figure.</summary>
    public static string Of(string metric, double? value) => value is not { } number
        ? "none"
        : IsShare(metric) ? $"{Digits(number * 100)} %" : $"{Digits(number)}{Unit(metric)}";

    /// <summary><c>-0.5 pp</c>, <c>+12.4 ns (+2.1 %)</c>; empty where a side has no figure.</summary>
    public static string OfChange(MetricChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Difference is not { } difference)
            return "";
        if (IsShare(change.Metric))
            return $"{Signed(difference * 100)} pp";
        string ratio = change.Ratio is { } share ? $" ({Signed(share * 100)} %)" : "";
        return $"{Signed(difference)}{Unit(change.Metric)}{ratio}";
    }

    private static bool IsShare(string metric) => EndsWith(metric, "_rate") || EndsWith(metric, "_share");

    private static string Unit(string metric) => EndsWith(metric, "_ns") ? " ns" : EndsWith(metric, "_bytes") ? " B" : "";

    private static string Signed(double value) => value > 0 ? $"+{Digits(value)}" : Digits(value);

    // Three decimals, and as many more as a small figure needs to be told from 0.
    private static string Digits(double value) => Math.Abs(value) is > 0 and < 0.001
        ? value.ToString("G3", CultureInfo.InvariantCulture)
        : value.ToString("#,0.###", CultureInfo.InvariantCulture);

    private static bool EndsWith(string text, string end) => text.EndsWith(end, StringComparison.Ordinal);
}

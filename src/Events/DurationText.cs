namespace ForkTrace.Events;

/// <summary>A duration as users write it, a number with its unit: <c>100ms</c>, <c>1.5s</c>, <c>20us</c>, <c>500ns</c>,
/// <c>2min</c>.</summary>
public static class DurationText
{
    private static readonly (string Unit, decimal Ns)[] s_units = [("ns", 1), ("us", 1e3m), ("ms", 1e6m), ("min", 60e9m), ("s", 1e9m)];

    /// <summary>The duration in nanoseconds: more than 0, and at most a hundred days.</summary>
    /// <exception cref="FormatException">The text is not a duration. The message says what is allowed.</exception>
    public static long ParseNs(string text)
    {
        const decimal MostNs = 100 * 86_400e9m;
        ArgumentNullException.ThrowIfNull(text);
        (string unit, decimal unitNs) = s_units.FirstOrDefault(known => text.EndsWith(known.Unit, StringComparison.Ordinal));
        bool isNumber = decimal.TryParse(
            unit is null ? "" : text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number);
        if (!isNumber || number > MostNs || number * unitNs is < 1 or > MostNs)
            throw new FormatException($"'{text}' is not a duration: give a number with ns, us, ms, s or min, such as 100ms; from 1ns to 100 days");
        return (long)(number * unitNs);
    }

    /// <summary>The shortest text of a duration: a whole number of the largest unit that divides it.</summary>
    public static string Of(long ns)
    {
        (string unit, decimal unitNs) = s_units.OrderByDescending(known => known.Ns).First(known => ns % known.Ns == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{ns / (long)unitNs}{unit}");
    }
}

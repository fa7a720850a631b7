using System.Globalization;

namespace ForkTrace.Events.Filtering;

/// <summary>One end of a time range: a time of the trace clock, or a distance from the first event.</summary>
/// <param name="Ns">Nanoseconds.</param>
/// <param name="IsOffset">True if counted from the first event.</param>
public readonly record struct TimeBound(long Ns, bool IsOffset)
{
    private const decimal NsPerSecond = 1_000_000_000m;

    /// <summary>Reads <c>12.5</c> (seconds of the trace clock) or <c>+0.25</c> (seconds from the first event), to the nanosecond.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static TimeBound Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isOffset = text.StartsWith('+');
        bool isNumber = decimal.TryParse(
            text.AsSpan(isOffset ? 1 : 0), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds);
        if (!isNumber || seconds > long.MaxValue / NsPerSecond)
            throw new FormatException($"'{text}' is no time: seconds of the trace clock (12.5), or from the first event on (+0.25)");
        return new TimeBound((long)(seconds * NsPerSecond), isOffset);
    }

    /// <summary>The time on the trace clock, given that of the first event.</summary>
    public long On(long firstNs) => IsOffset ? (long)Int128.Min((Int128)firstNs + Ns, long.MaxValue) : Ns;

    public override string ToString() =>
        (IsOffset ? "+" : "") + (Ns / NsPerSecond).ToString("0.#########", CultureInfo.InvariantCulture);
}

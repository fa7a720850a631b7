using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ForkTrace.Arrow;

/// <summary>Throws <see cref="ArrowFormatException"/>, so that the methods that read stay small.</summary>
internal static class Reject
{
    [DoesNotReturn]
    public static void With(string what, long offset, string found, string allowed) =>
        throw new ArrowFormatException(what, offset, found, allowed);

    [DoesNotReturn]
    public static T With<T>(string what, long offset, string found, string allowed) =>
        throw new ArrowFormatException(what, offset, found, allowed);

    [DoesNotReturn]
    public static void Number(string what, long offset, long found, string allowed) =>
        throw new ArrowFormatException(what, offset, found.ToString(CultureInfo.InvariantCulture), allowed);

    /// <summary>Throws unless low &lt;= found &lt;= high.</summary>
    public static void Outside(string what, long offset, long found, long low, long high)
    {
        if (found < low || found > high)
            Number(what, offset, found, $"{low} to {high}");
    }

    [DoesNotReturn]
    public static void Truncated(string what, long offset, long foundBytes, long neededBytes) =>
        throw new ArrowFormatException(what, offset, $"{foundBytes} bytes", $"at least {neededBytes} bytes (the input is truncated)");
}

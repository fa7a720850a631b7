namespace ForkTrace.Cli.Rendering;

/// <summary>Formats numbers for people. JSON has the exact numbers.</summary>
internal static class Readable
{
    private static readonly string[] s_byteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary><c>20,000</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>51.3 %</c>.</summary>
    public static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    /// <summary><c>850 ns</c>, <c>12.3 us</c>, <c>1.20 s</c>.</summary>
    public static string Duration(double durationNs)
    {
        double size = Math.Abs(durationNs);
        return size switch
        {
            < 999.5 => Number(durationNs, "0", "ns"),
            < 999.5e3 => Scaled(durationNs / 1e3, "us"),
            < 999.5e6 => Scaled(durationNs / 1e6, "ms"),
            _ => Scaled(durationNs / 1e9, "s"),
        };
    }

    /// <summary>A duration with its sign: <c>+1.50 us</c>, <c>-750 ns</c>, <c>0 ns</c>.</summary>
    public static string Difference(double differenceNs) =>
        differenceNs >= 0.5 ? $"+{Duration(differenceNs)}" : Duration(differenceNs <= -0.5 ? differenceNs : 0);

    /// <summary><c>512 B</c>, <c>32.0 KiB</c>, <c>1.2 MiB</c>.</summary>
    public static string Bytes(double bytes)
    {
        int unit = 0;
        while (bytes >= 1024 && unit < s_byteUnits.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return Number(bytes, unit == 0 ? "0" : "0.0", s_byteUnits[unit]);
    }

    /// <summary><c>1,250/s</c>, <c>51.2/s</c>, <c>0.028/s</c>.</summary>
    public static string Rate(double perSecond)
    {
        string format = perSecond switch { < 1 => "G2", < 100 => "0.0", _ => "N0" };
        return $"{perSecond.ToString(format, CultureInfo.InvariantCulture)}/s";
    }

    private static string Scaled(double value, string unit) => Number(value, Math.Abs(value) < 9.995 ? "0.00" : "0.0", unit);

    private static string Number(double value, string format, string unit) =>
        $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";
}

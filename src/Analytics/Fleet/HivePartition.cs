namespace ForkTrace.Analytics.Fleet;

/// <summary>
/// The name of a folder <c>key=value</c> as Hive, Spark, DuckDB and Polars read it: bytes of the value other than letters, digits, <c>-</c>,
/// <c>_</c> and <c>.</c> are percent-encoded. A value may be hostile: no name leads out of its folder or is hidden.
/// </summary>
public static class HivePartition
{
    /// <summary>The value that engines read as NULL.</summary>
    public const string Null = "__HIVE_DEFAULT_PARTITION__";

    // File systems limit a name to 255 bytes.
    private const int LengthMax = 200;

    /// <summary>The name of the folder.</summary>
    /// <param name="key">Our own: letters.</param>
    /// <param name="value">Any text; null or empty if unknown. A long value is cut and ends in its digest.</param>
    public static string Name(string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return $"{key}={Null}";
        StringBuilder name = new(value.Length);
        foreach (byte letter in Encoding.UTF8.GetBytes(value))
        {
            bool isPlain = char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'-' or (byte)'_' || (letter == '.' && name.Length > 0);
            name.Append(isPlain && name.Length + value.Length > 0 ? ((char)letter).ToString() : $"%{letter:X2}");
        }

        if (name.ToString() == Null)
            name.Replace("_", "%5F", 0, 1);
        if (name.Length <= LengthMax)
            return $"{key}={name}";
        string cut = name.ToString(0, LengthMax);
        int half = cut.IndexOf('%', LengthMax - 2);
        return $"{key}={(half < 0 ? cut : cut[..half])}-{ContentName.Of(value)}";
    }
}

namespace ForkTrace.BindingsGenerator;

/// <summary>Names parameters after their types, because metadata references carry none; a repeated name gets a number.</summary>
internal sealed class ParameterNames
{
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);

    /// <summary>The name of the next parameter.</summary>
    public string Next(string type)
    {
        string stem = Stem(type);
        int count = _used.GetValueOrDefault(stem) + 1;
        _used[stem] = count;
        return count == 1 ? stem : stem + count;
    }

    private static string Stem(string type) => type switch
    {
        "string" => "text",
        "nint" => "pointer",
        "nint[]" => "pointers",
        "int" or "long" or "ulong" => "number",
        "bool" => "flag",
        "byte[]" or "byte*" => "bytes",
        "byte" or "sbyte" or "short" or "ushort" or "uint" or "float" or "double" => "value",
        "DuckDBValue[]" => "values",
        "DuckDBNativeConnection" => "connection",
        "DuckDBDecimal" => "decimalValue",
        _ when type.StartsWith("delegate*", StringComparison.Ordinal) => "callback",
        _ when type.StartsWith("DuckDB", StringComparison.Ordinal) => Lowered(type["DuckDB".Length..]),
        _ => throw new NotSupportedException($"No parameter name is known for the type {type}."),
    };

    private static string Lowered(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

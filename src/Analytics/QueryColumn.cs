namespace ForkTrace.Analytics;

/// <summary>A column of a query's result.</summary>
/// <param name="Name">As the query names it; names need not differ.</param>
/// <param name="Type">DuckDB's type, e.g. <c>BIGINT</c>, <c>DECIMAL(18,3)</c>, <c>STRUCT(a INTEGER)[]</c>.</param>
public sealed record QueryColumn(string Name, string Type)
{
    /// <summary>Whether values are numbers: integers of any width, <c>FLOAT</c>, <c>DOUBLE</c>, <c>DECIMAL</c>.</summary>
    public bool IsNumeric => Type
        is "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT"
        or "UHUGEINT" or "BIGNUM" or "FLOAT" or "DOUBLE" || IsDecimal;

    /// <summary>Whether values are texts that hold JSON: lists, structs, maps and unions are given so.</summary>
    public bool IsJson => Type == "JSON" || IsNested;

    // DECIMAL(18,3)[] is a list of decimals, not a decimal: a nested type ends in a bracket or begins with its word.
    internal bool IsNested =>
        Type.EndsWith(']') || StartsWith("STRUCT(") || StartsWith("MAP(") || StartsWith("UNION(") || Type is "LIST" or "STRUCT" or "MAP";

    /// <summary>Whether the provider reads every value of the type, NULLs and extremes included.</summary>
    internal bool IsPlain => (IsNumeric && !IsWideDecimal) || Type is "BOOLEAN" or "VARCHAR" or "JSON";

    private bool IsDecimal => StartsWith("DECIMAL(") && Type.EndsWith(')');

    // System.Decimal holds 28 digits.
    private bool IsWideDecimal => IsDecimal && int.TryParse(Type.AsSpan(8, Type.IndexOf(',') - 8), out int digits) && digits > 28;

    private bool StartsWith(string word) => Type.StartsWith(word, StringComparison.Ordinal);
}

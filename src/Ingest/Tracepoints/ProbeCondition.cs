using System.Text.RegularExpressions;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>One condition on a field: <c>size == 16384</c>, <c>ref &lt;= 1</c>, <c>func == thread_stack_free_rcu</c>.</summary>
/// <param name="Field">Name of the field.</param>
/// <param name="Comparison">The operator.</param>
/// <param name="Value">The number to compare with; 0 if <paramref name="Symbol"/> is given.</param>
/// <param name="Symbol">A kernel function: the field must be an address at its beginning. Null for a number.</param>
public sealed partial record ProbeCondition(string Field, ProbeComparison Comparison, long Value, string? Symbol)
{
    private static readonly string[] s_operators = ["==", "!=", "<", "<=", ">", ">=", "&"];

    /// <summary>Reads conditions joined by <c>&amp;&amp;</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fault">What is wrong with it (found and allowed); null if nothing.</param>
    public static IReadOnlyList<ProbeCondition> ParseAll(string text, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        fault = null;
        List<ProbeCondition> conditions = [];
        foreach (string part in text.Split("&&", StringSplitOptions.TrimEntries))
        {
            if (Parse(part, out fault) is not { } condition)
                return [];
            conditions.Add(condition);
        }

        return conditions;
    }

    /// <summary>True if a field's value meets a condition on a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(ProbeComparison comparison, long field, long value) => comparison switch
    {
        ProbeComparison.Equal => field == value,
        ProbeComparison.NotEqual => field != value,
        ProbeComparison.Less => field < value,
        ProbeComparison.LessOrEqual => field <= value,
        ProbeComparison.Greater => field > value,
        ProbeComparison.GreaterOrEqual => field >= value,
        _ => (field & value) != 0,
    };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Field} {s_operators[(int)Comparison]} {Symbol ?? Value.ToString(CultureInfo.InvariantCulture)}");

    private static ProbeCondition? Parse(string part, out string? fault)
    {
        Match match = Pattern().Match(part);
        if (!match.Success)
        {
            fault = $"'{part}' is not a condition; allowed is FIELD OPERATOR VALUE, joined by &&, with {string.Join(' ', s_operators)} "
                + "and a number (0x for hexadecimal) or the name of a kernel function";
            return null;
        }

        fault = null;
        ProbeComparison comparison = (ProbeComparison)Array.IndexOf(s_operators, match.Groups["operator"].Value);
        string value = match.Groups["value"].Value;
        if (!char.IsAsciiDigit(value[0]) && value[0] != '-')
        {
            if (comparison is ProbeComparison.Equal or ProbeComparison.NotEqual)
                return new ProbeCondition(match.Groups["field"].Value, comparison, 0, value);
            fault = $"'{part}' compares with the function {value}; allowed are == and !=";
            return null;
        }

        if (TryNumber(value, out long number))
            return new ProbeCondition(match.Groups["field"].Value, comparison, number, null);
        fault = $"'{part}' compares with {value}; allowed are 64-bit numbers";
        return null;
    }

    private static bool TryNumber(string text, out long value)
    {
        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        bool isNumber = ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits);
        value = (long)bits;
        return isNumber;
    }

    [GeneratedRegex(
        @"^(?<field>[A-Za-z_]\w*)\s*(?<operator>==|!=|<=|>=|<|>|&)\s*(?<value>-?\d\w*|[A-Za-z_][\w.]*)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

/// <summary>How a probe's field is compared with a number.</summary>
public enum ProbeComparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary><c>&amp;</c>: they have a bit in common.</summary>
    HasBit,
}

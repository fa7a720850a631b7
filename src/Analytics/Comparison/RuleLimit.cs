namespace ForkTrace.Analytics.Comparison;

/// <summary>
/// How far a figure may change for the worse: with <c>-0.5pp</c> it may fall by half a percentage point, with <c>+5%</c> rise by 5 % of the base,
/// with <c>+100</c> rise by 100 in the column's unit, with <c>0</c> not change. The sign is the direction that is limited.
/// </summary>
public sealed class RuleLimit
{
    private const string Forms = "a limit is 0, or + or - and a number, then nothing, % or pp: \"-0.5pp\", \"+5%\", \"+100\"";
    private readonly string _text;
    private readonly double _amount;
    private readonly bool _isRelative;

    private RuleLimit(string text, double amount, bool isRelative)
    {
        _text = text;
        _amount = amount;
        _isRelative = isRelative;
    }

    /// <summary>Reads a limit.</summary>
    /// <exception cref="RuleException">It has none of the forms.</exception>
    public static RuleLimit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string number = text.Trim();
        double scale = 1;
        bool isRelative = number.EndsWith('%');
        if (isRelative)
        {
            number = number[..^1];
            scale = 0.01;
        }
        else if (number.EndsWith("pp", StringComparison.Ordinal))
        {
            number = number[..^2];
            scale = 0.01;
        }

        number = number.TrimEnd();
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(number, Style, CultureInfo.InvariantCulture, out double amount) || !double.IsFinite(amount))
            throw new RuleException($"'{text}' is no limit: {Forms}");
        if (amount != 0 && number[0] is not ('+' or '-'))
            throw new RuleException($"'{text}' says no direction: {Forms}");
        string plain = amount == 0 && number[0] is not ('+' or '-') ? "0" : text.Trim();
        return new RuleLimit(plain, plain.StartsWith('-') ? -Math.Abs(amount * scale) : amount * scale, isRelative);
    }

    /// <summary>Whether a figure exceeds the limit.</summary>
    public bool IsExceeded(double before, double after)
    {
        double difference = after - before;
        double allowed = _isRelative ? _amount * Math.Abs(before) : _amount;

        // Rounding: a difference of two doubles is off by a few units in the last place of the operands.
        double noise = 1e-15 * Math.Max(Math.Abs(before), Math.Abs(after));
        if (_text == "0")
            return difference != 0;
        return _text[0] == '-' ? difference < allowed - noise : difference > allowed + noise;
    }

    public override string ToString() => _text;
}

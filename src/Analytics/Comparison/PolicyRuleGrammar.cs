using System.Text.RegularExpressions;

namespace ForkTrace.Analytics.Comparison;

/// <summary>
/// Reads rules between policies. Blanks separate words and mean nothing else.
/// <code>
/// rule       = [ "over all:" ] sum relation ( sum | name )
/// relation   = "&lt;" | "&lt;=" | "&gt;" | "&gt;=" | "==" | "!="
/// sum        = part { ( "+" | "-" ) part }
/// part       = figure | ( "best" | "worst" ) "(" figure ")" | amount
/// figure     = cells "." column
/// cells      = policy [ ":" parameter "=" value { "," parameter "=" value } ]
/// amount     = number [ "%" | "pp" | "ns" | "us" | "ms" | "s" | "B" | "KiB" | "MiB" | "GiB" ]
/// name       = '"' cells '"'
/// </code>
/// In cells, <c>*</c> and <c>?</c> match any text and any character. A name stands only after one best(...) or worst(...) and == or !=.
/// </summary>
internal sealed partial class PolicyRuleGrammar
{
    private const int LengthMax = 1000;
    private const int PartsMax = 20;
    private const double AmountMax = 1e18;
    private const string OverAll = "over all:";
    private static readonly string[] s_relations = ["<=", ">=", "==", "!=", "<", ">"];

    private static readonly ImmutableArray<(string Name, FigureUnit? Unit, double Scale)> s_units =
    [
        ("%", null, 0.01), ("pp", FigureUnit.Share, 0.01),
        ("ns", FigureUnit.Ns, 1), ("us", FigureUnit.Ns, 1e3), ("ms", FigureUnit.Ns, 1e6), ("s", FigureUnit.Ns, 1e9),
        ("B", FigureUnit.Bytes, 1), ("KiB", FigureUnit.Bytes, 1 << 10), ("MiB", FigureUnit.Bytes, 1 << 20), ("GiB", FigureUnit.Bytes, 1 << 30),
    ];

    private readonly string _text;
    private int _at;

    private PolicyRuleGrammar(string text) => _text = text;

    /// <summary>Reads a rule.</summary>
    /// <exception cref="RuleException">It does not follow the grammar: says at which character.</exception>
    public static PolicyRule Parse(string text, string trace = "*")
    {
        if (text.Length > LengthMax)
            throw new RuleException($"a rule has {text.Length} characters, but may have {LengthMax} at most: {text[..40]}...");
        return new PolicyRuleGrammar(text).Rule(trace);
    }

    private PolicyRule Rule(string trace)
    {
        SkipBlanks();
        bool isOverAll = Take(OverAll);
        RuleSum left = Sum();
        int relationAt = _at;
        string relation = s_relations.FirstOrDefault(Take) ?? throw Mistake(_at, $"one of {string.Join(' ', s_relations)} is needed");
        bool isName = Rest.StartsWith('"');
        CellPattern? name = isName ? Name(left, relation, relationAt) : null;
        RuleSum? right = isName ? null : Sum();
        if (_at < _text.Length)
            throw Mistake(_at, "the rule should end");
        if (right is not null && left.Unit is { } one && right.Unit is { } other && one != other)
            throw Mistake(relationAt, $"{left.Figures.First().Figure.Column} and what it is compared with have different units");
        if (!left.Figures.Concat(right?.Figures ?? []).Any())
            throw Mistake(0, "no policy is named: linux-5.18.hit_rate");
        return new PolicyRule(_text.Trim(), trace, isOverAll, left, relation, right, name);
    }

    private RuleSum Sum()
    {
        List<RulePart> parts = [];
        FigureUnit? unit = null;
        int sign = 1;
        do
        {
            SkipBlanks();
            int at = _at;
            RulePart part = Part(sign, isFirst: parts.Count == 0);
            if (unit is { } known && part.Unit is { } own && own != known)
                throw Mistake(at, $"{Kind(own)} cannot be added to {Kind(known)}");
            unit ??= part.Unit;
            parts.Add(part);
            if (parts.Count > PartsMax)
                throw Mistake(at, $"a side has {PartsMax} parts at most");
            sign = Take("+") ? 1 : Take("-") ? -1 : 0;
        }
        while (sign != 0);
        return new RuleSum([.. parts], unit);
    }

    private RulePart Part(int sign, bool isFirst)
    {
        if (Rest.Length > 0 && char.IsAsciiDigit(Rest[0]))
            return Amount(sign, isFirst);
        int start = _at;
        foreach (FigureChoice choice in (FigureChoice[])[FigureChoice.Best, FigureChoice.Worst])
        {
            if (Take(choice == FigureChoice.Best ? "best" : "worst") && Take("("))
            {
                RulePart figure = Figure(sign, choice);
                return Take(")") ? figure : throw Mistake(_at, "a ) is needed");
            }

            _at = start;
        }

        return Figure(sign, FigureChoice.One);
    }

    private RulePart Figure(int sign, FigureChoice choice)
    {
        Match match = FigureWord().Match(_text, _at);
        if (!match.Success)
            throw Mistake(_at, "a policy and a figure are needed, as in linux-5.18.hit_rate or linux-5.18:capacity=2.hit_rate");
        Group column = match.Groups["column"];
        FigureDefinition figure = FigureDefinition.Of(column.Value) ?? FigureDefinition.Of($"cost_{column.Value}") ?? throw Mistake(
            column.Index, $"there is no figure '{column.Value}'; there are {string.Join(", ", FigureDefinition.All.Select(one => one.Column))}");
        _at += match.Length;
        SkipBlanks();
        return new RulePart(sign, FigureText.UnitOf(figure.Column))
        {
            Figure = new RuleFigureTerm(CellPattern.Of(match.Groups["cells"].Value), figure, choice),
        };
    }

    private RulePart Amount(int sign, bool isFirst)
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
            _at++;
        if (!double.TryParse(_text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            throw Mistake(start, $"'{_text[start.._at]}' is no number");
        if (number > AmountMax)
            throw Mistake(start, $"an amount is {AmountMax:G3} at most");
        SkipBlanks();
        int unitAt = _at;
        while (_at < _text.Length && (char.IsAsciiLetter(_text[_at]) || _text[_at] == '%'))
            _at++;
        string name = _text[unitAt.._at];
        SkipBlanks();
        if (name.Length == 0)
            return new RulePart(sign, null) { Amount = number };
        (string Name, FigureUnit? Unit, double Scale) unit = s_units.FirstOrDefault(unit => unit.Name == name);
        if (unit.Name is null)
            throw Mistake(unitAt, $"there is no unit '{name}'; there are {string.Join(", ", s_units.Select(one => one.Name))}");

        // 90% is a share; + 5% adds 5 % of the value before it.
        bool isRelative = name == "%" && !isFirst;
        return new RulePart(sign, name == "%" && isFirst ? FigureUnit.Share : unit.Unit) { Amount = number * unit.Scale, IsRelative = isRelative };
    }

    private CellPattern Name(RuleSum left, string relation, int relationAt)
    {
        if (relation is not ("==" or "!="))
            throw Mistake(relationAt, "a name is compared by == or !=");
        if (left.Parts is not [{ Figure: { Choice: not FigureChoice.One } }])
            throw Mistake(0, "a name is compared with one best(...) or worst(...)");
        int start = _at + 1;
        int end = _text.IndexOf('"', start);
        if (end < 0)
            throw Mistake(_at, "the name should end with \"");
        if (end == start)
            throw Mistake(start, "the name is empty");
        _at = end + 1;
        SkipBlanks();
        return CellPattern.Of(_text[start..end]);
    }

    // The column begins after the last dot that is followed by a letter, because names of policies contain dots.
    [GeneratedRegex(
        @"\G(?<cells>[A-Za-z*?][\w*?.-]*(:[a-z][\w-]*=[0-9*?]+(,[a-z][\w-]*=[0-9*?]+)*)?)\.(?<column>[a-z][a-z0-9_]*)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex FigureWord();

    private string Rest => _text[_at..];

    private bool Take(string word)
    {
        if (!_text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal))
            return false;
        _at += word.Length;
        SkipBlanks();
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private static string Kind(FigureUnit unit) => unit switch
    {
        FigureUnit.Share => "a share",
        FigureUnit.Ns => "a time",
        FigureUnit.Bytes => "a size",
        _ => "a count",
    };

    private RuleException Mistake(int at, string why)
    {
        string found = at < _text.Length ? $"at character {at + 1} ('{_text[at]}')" : "at the end";
        return new RuleException($"rule '{_text}', {found}: {why}");
    }
}

using System.IO.Enumeration;

namespace ForkTrace.Analytics.Comparison;

/// <summary>
/// A rule between policies of the same result: <c>my-policy.hit_rate &gt;= linux.hit_rate - 0.5pp</c>,
/// <c>best(*.p99_ns) == "linux-6.19"</c>. It is judged for each recording, or once over all: then a figure is its mean over the recordings,
/// with equal weights.
/// </summary>
public sealed record PolicyRule
{
    // Tolerance: sums of doubles have errors of a few units in the last place. A hit rate changes at least by one divided by the number of
    // forks.
    private const double Noise = 1e-12;

    internal PolicyRule(string text, string trace, bool isOverAll, RuleSum left, string relation, RuleSum? right, CellPattern? name)
    {
        (Text, Trace, IsOverAll) = (text, trace, isOverAll);
        (Left, Relation, Right, Name) = (left, relation, right, name);
    }

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    /// <summary>Glob over the file names of the recordings to which it applies.</summary>
    public string Trace { get; }

    /// <summary>Whether it is judged once, over all recordings.</summary>
    public bool IsOverAll { get; }

    internal RuleSum Left { get; }

    internal string Relation { get; }

    /// <summary>The right side; null for <see cref="Name"/>.</summary>
    internal RuleSum? Right { get; }

    /// <summary>The cells that must include the left side's choice.</summary>
    internal CellPattern? Name { get; }

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="trace">Glob over the file names of the recordings to which it applies.</param>
    /// <exception cref="RuleException">It does not follow the grammar. The message gives the character.</exception>
    public static PolicyRule Parse(string text, string trace = "*")
    {
        ArgumentNullException.ThrowIfNull(text);
        return PolicyRuleGrammar.Parse(text, trace);
    }

    /// <summary>Judges a result: a verdict for each recording, or one over all.</summary>
    /// <exception cref="RuleException">It names a missing policy or recording, or several cells where it must name one.</exception>
    public ImmutableArray<PolicyVerdict> Judge(ComparisonSide side)
    {
        ArgumentNullException.ThrowIfNull(side);
        ImmutableArray<RecordingCells> recordings =
        [
            .. side.Cells.Where(cell => Trace == "*" || FileSystemName.MatchesSimpleExpression(Trace, cell.Trace, ignoreCase: false))
                .GroupBy(cell => cell.Trace).Select(group => new RecordingCells(group.Key, [.. group])),
        ];
        if (recordings.IsEmpty)
            throw new RuleException($"rule '{Text}' is for recordings called '{Trace}', and there is none");
        return IsOverAll ? [Judge(recordings)] : [.. recordings.Select(recording => Judge([recording]))];
    }

    private PolicyVerdict Judge(ImmutableArray<RecordingCells> recordings)
    {
        string scope = !IsOverAll ? recordings[0].Trace : $"all {recordings.Length} recordings";
        PolicyRuleReading reading = new(Text, recordings);
        RuleValue? left = reading.Value(Left);
        RuleValue? right = Name is { } name ? reading.Named(Left.Parts[0].Figure!, name) : reading.Value(Right!);
        if (left is null || right is null)
            return new PolicyVerdict(this, scope, reading.Figures, null, IsBroken: true) { Missing = reading.Missing };
        return new PolicyVerdict(this, scope, reading.Figures, RuleMargin.Of(left, right), !Holds(left.Mean, right.Mean));
    }

    private bool Holds(double left, double right)
    {
        double difference = left - right;
        if (Math.Abs(difference) <= Noise * Math.Max(Math.Abs(left), Math.Abs(right)))
            difference = 0;
        return Relation switch
        {
            "<" => difference < 0,
            "<=" => difference <= 0,
            ">" => difference > 0,
            ">=" => difference >= 0,
            "==" => difference == 0,
            _ => difference != 0,
        };
    }
}

/// <summary>A sum of parts.</summary>
/// <param name="Parts">At least one.</param>
/// <param name="Unit">Their unit; null for a bare number, which can be compared with any unit.</param>
internal sealed record RuleSum(ImmutableArray<RulePart> Parts, FigureUnit? Unit)
{
    public IEnumerable<RuleFigureTerm> Figures => Parts.Where(part => part.Figure is not null).Select(part => part.Figure!);
}

/// <summary>A figure or an amount.</summary>
/// <param name="Sign">1 or -1.</param>
/// <param name="Unit">Its unit; null for a bare number and for a share of the value before it.</param>
internal sealed record RulePart(int Sign, FigureUnit? Unit)
{
    public RuleFigureTerm? Figure { get; init; }

    public double Amount { get; init; }

    /// <summary>True if the amount is a share of the value before it.</summary>
    public bool IsRelative { get; init; }
}

/// <summary>A figure of the cells that a pattern covers.</summary>
internal sealed record RuleFigureTerm(CellPattern Cells, FigureDefinition Figure, FigureChoice Choice);

/// <summary>Which of the matching cells is used.</summary>
internal enum FigureChoice
{
    /// <summary>The only one.</summary>
    One,

    /// <summary>The one whose figure is best.</summary>
    Best,

    /// <summary>The one whose figure is worst.</summary>
    Worst,
}

/// <summary>Cells by policy and parameters, as in <c>--policy</c>; <c>*</c> and <c>?</c> match any text and any character.</summary>
/// <param name="Policy">Glob over the policy's name, and over the name that the user gave.</param>
/// <param name="Parameters">Each <c>parameter=value</c> that a cell must have. The value is a glob.</param>
internal sealed record CellPattern(string Policy, ImmutableArray<string> Parameters)
{
    /// <summary>Reads <c>policy</c> or <c>policy:parameter=value,...</c>.</summary>
    public static CellPattern Of(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new CellPattern(text, []) : new CellPattern(text[..colon], [.. text[(colon + 1)..].Split(',')]);
    }

    public bool Covers(ComparedCell cell)
    {
        string[] own = cell.Parameters.Split(',');
        return (Fits(Policy, cell.Policy) || (cell.AskedFor is { } asked && Fits(Policy, asked)))
            && Parameters.All(wanted => own.Any(parameter => Fits(wanted, parameter)));
    }

    public override string ToString() => Parameters.IsEmpty ? Policy : $"{Policy}:{string.Join(',', Parameters)}";

    private static bool Fits(string glob, string text) => FileSystemName.MatchesSimpleExpression(glob, text, ignoreCase: false);
}

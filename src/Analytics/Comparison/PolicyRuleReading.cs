namespace ForkTrace.Analytics.Comparison;

/// <summary>The cells of one recording.</summary>
internal sealed record RecordingCells(string Trace, ImmutableArray<ComparedCell> Cells);

/// <summary>One side of a rule: one number per recording.</summary>
/// <param name="Values">The numbers.</param>
/// <param name="Low">Their lower ends, by what one recording leaves open.</param>
/// <param name="High">Their upper ends.</param>
internal sealed record RuleValue(ImmutableArray<double> Values, ImmutableArray<double> Low, ImmutableArray<double> High)
{
    public double Mean => Values.Average();

    /// <summary>Adds another value, or subtracts it if the sign is -1.</summary>
    public RuleValue Add(int sign, RuleValue other) => new(
        [.. Values.Zip(other.Values, (one, two) => one + (sign * two))],
        [.. Low.Zip(sign > 0 ? other.Low : other.High, (one, two) => one + (sign * two))],
        [.. High.Zip(sign > 0 ? other.High : other.Low, (one, two) => one + (sign * two))]);

    /// <summary>Adds a share of it.</summary>
    public RuleValue Grow(double share)
    {
        return new RuleValue(Grown(Values), Grown(Low), Grown(High));

        ImmutableArray<double> Grown(ImmutableArray<double> numbers) => [.. numbers.Select(number => number + (share * Math.Abs(number)))];
    }
}

/// <summary>Reads the figures of a rule from one recording or several.</summary>
internal sealed class PolicyRuleReading(string rule, ImmutableArray<RecordingCells> recordings)
{
    private readonly List<RuleFigure> _figures = [];

    /// <summary>The figures that were read, in the rule's order.</summary>
    public ImmutableArray<RuleFigure> Figures => [.. _figures];

    /// <summary>Why a figure is missing; null if none is.</summary>
    public string? Missing { get; private set; }

    /// <summary>The value of a side; null where a figure is missing.</summary>
    public RuleValue? Value(RuleSum sum)
    {
        RuleValue? value = null;
        foreach (RulePart part in sum.Parts)
        {
            if (part.IsRelative)
            {
                value = value!.Grow(part.Sign * part.Amount);
                continue;
            }

            if ((part.Figure is { } figure ? Value(figure) : Constant(part.Amount)) is not { } next)
                return null;
            value = (value ?? Constant(0)).Add(part.Sign, next);
        }

        return value;
    }

    /// <summary>
    /// The figure of the best (or worst) cell that matches a name. It equals the figure of best(...) if the name matches the chosen cell or an
    /// equally good one.
    /// </summary>
    public RuleValue? Named(RuleFigureTerm chosen, CellPattern name) => Value(chosen with { Cells = name });

    private RuleValue Constant(double amount)
    {
        ImmutableArray<double> numbers = [.. recordings.Select(_ => amount)];
        return new RuleValue(numbers, numbers, numbers);
    }

    private RuleValue? Value(RuleFigureTerm term)
    {
        string column = term.Figure.Column;
        if ((term.Choice == FigureChoice.One ? Only(term) : Chosen(term)) is not { } cells)
            return null;
        if (Array.Find([.. cells], cell => cell.Metrics.GetValueOrDefault(column) is null) is { } without)
            return Lacks($"{without} has no {column}{(without.Unmet is { } why ? $": {why}" : "")}");
        ImmutableArray<double[]> known =
        [
            .. cells.Select(cell => term.Figure.RangeColumns.Prepend(column)
                .Select(name => cell.Metrics.GetValueOrDefault(name)).OfType<double>().ToArray()),
        ];
        RuleValue value = new(
            [.. known.Select(figures => figures[0])],
            [.. known.Select(figures => figures.Min())],
            [.. known.Select(figures => figures.Max())]);
        _figures.Add(RuleFigure.Of(column, cells, value));
        return value;
    }

    // One cell of each recording.
    private ImmutableArray<ComparedCell>? Only(RuleFigureTerm term)
    {
        List<ComparedCell> cells = [];
        foreach (RecordingCells recording in recordings)
        {
            ComparedCell[] covered = [.. recording.Cells.Where(term.Cells.Covers)];
            if (covered.Length > 1)
            {
                string names = string.Join(", ", covered.Take(4).Select(cell => cell.PolicyText)) + (covered.Length > 4 ? ", ..." : "");
                throw new RuleException(
                    $"rule '{rule}': '{term.Cells}' stands for {covered.Length} cells of {recording.Trace} ({names}): "
                    + "name the parameters of one, or take best(...) or worst(...)");
            }

            if (covered.Length == 1)
                cells.Add(covered[0]);
            else
                Missing ??= $"{recording.Trace} has no cell of {term.Cells}";
        }

        RequireAny(term.Cells, cells.Count);
        return cells.Count == recordings.Length ? [.. cells] : null;
    }

    // The cells of the policy and parameters that are best (or worst) over the recordings. Only those that every recording has are considered.
    private ImmutableArray<ComparedCell>? Chosen(RuleFigureTerm term)
    {
        ComparedCell[] covered = [.. recordings.SelectMany(recording => recording.Cells).Where(term.Cells.Covers)];
        RequireAny(term.Cells, covered.Length);
        ImmutableArray<ComparedCell>[] candidates =
        [
            .. covered.Where(cell => cell.Metrics.GetValueOrDefault(term.Figure.Column) is not null)
                .GroupBy(cell => cell.Question with { Trace = "" })
                .Where(group => group.Count() == recordings.Length)
                .Select(group => group.ToImmutableArray()),
        ];
        if (candidates.Length == 0)
        {
            Missing ??= $"no cell of {term.Cells} has {term.Figure.Column} in every recording";
            return null;
        }

        bool isMost = term.Figure.IsMoreBetter == (term.Choice == FigureChoice.Best);
        return isMost ? candidates.MaxBy(Mean) : candidates.MinBy(Mean);

        double Mean(ImmutableArray<ComparedCell> cells) => cells.Average(cell => cell.Metrics[term.Figure.Column]!.Value);
    }

    private RuleValue? Lacks(string why)
    {
        Missing ??= why;
        return null;
    }

    private void RequireAny(CellPattern pattern, int covered)
    {
        if (covered > 0)
            return;
        IEnumerable<string> known = recordings.SelectMany(recording => recording.Cells)
            .SelectMany(cell => (string?[])[cell.Policy, cell.AskedFor]).OfType<string>().Distinct();
        throw new RuleException($"rule '{rule}': no cell is called '{pattern}'; there are {string.Join(", ", known)}");
    }
}

namespace ForkTrace.Analytics.Comparison;

/// <summary>The verdict of a rule between policies, on one recording or over all.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Scope">The file name of the recording, or the number of recordings.</param>
/// <param name="Figures">The figures in the rule, in its order.</param>
/// <param name="Margin">Left side minus right side; null if a figure is missing.</param>
/// <param name="IsBroken">True if the rule does not hold. A rule with a missing figure does not hold.</param>
public sealed record PolicyVerdict(PolicyRule Rule, string Scope, ImmutableArray<RuleFigure> Figures, RuleMargin? Margin, bool IsBroken)
{
    /// <summary>Why a figure is missing; null if none is.</summary>
    public string? Missing { get; init; }

    /// <summary><c>pass</c>, <c>broken</c> or <c>missing</c>.</summary>
    public string Word => Missing is not null ? "missing" : IsBroken ? "broken" : "pass";

    /// <summary>The figures and the difference between the sides, as lines of text.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (RuleFigure figure in Figures)
            yield return figure.ToString();
        if (Missing is { } missing)
            yield return missing;
        if (Margin is { } margin && Figures.Length > 0)
            yield return margin.Text(Figures[0].Metric);
        if (Why() is { } why)
            yield return why;
    }

    /// <summary>
    /// The misses that explain the difference: the share of forks that missed for each cause, under the rule's first policy and its last.
    /// Empty if causes are unknown or hardly differ.
    /// </summary>
    public IReadOnlyList<MissShift> Misses() => Figures.Length < 2 ? [] : [.. MissShift.Of(Figures[^1].Cells, Figures[0].Cells)];

    private string? Why()
    {
        if (!IsBroken || Figures.IsEmpty)
            return null;
        if (Figures.Length == 1)
        {
            string[] causes = [.. MissShift.Of([], Figures[0].Cells).Select(shift => shift.HeadText)];
            return causes.Length == 0 ? null : $"{Figures[0].Policy} missed for {string.Join(", ", causes)} of the forks";
        }

        IReadOnlyList<MissShift> misses = Misses();
        return misses.Count == 0
            ? null
            : $"forks that missed, {Figures[^1].Policy} against {Figures[0].Policy}: {string.Join(", ", misses)}";
    }
}

/// <summary>A figure that a rule read.</summary>
/// <param name="Policy">The policy with its parameters. If these differ between recordings, the name in the rule.</param>
/// <param name="Metric">The figure's column.</param>
/// <param name="Value">The figure, or its mean over the recordings.</param>
/// <param name="Low">
/// Lower bound: over several recordings, of the 95 % interval of the mean; in one recording, from its uncertainty (caches empty or full at
/// the start, prices at the ends of their intervals).
/// </param>
/// <param name="High">Upper bound. If the uncertainty is unknown, both bounds are <paramref name="Value"/>.</param>
/// <param name="Cells">The cells, one for each recording.</param>
public sealed record RuleFigure(string Policy, string Metric, double Value, double Low, double High, ImmutableArray<ComparedCell> Cells)
{
    internal static RuleFigure Of(string metric, ImmutableArray<ComparedCell> cells, RuleValue value)
    {
        string[] names = [.. cells.Select(cell => cell.PolicyText).Distinct()];
        string name = names.Length == 1 ? names[0] : cells[0].AskedFor ?? cells[0].Policy;
        double mean = value.Mean;
        bool isShare = FigureText.UnitOf(metric) == FigureUnit.Share;
        return new Sample(value.Values).HalfWidth is { } half
            ? new RuleFigure(name, metric, mean, Possible(mean - half), Possible(mean + half), cells)
            : new RuleFigure(name, metric, mean, value.Low[0], value.High[0], cells);

        double Possible(double end) => isShare ? Math.Clamp(end, 0, 1) : end;
    }

    /// <summary>
    /// <c>linux-5.18:capacity=2 has hit_rate 84.765 % (84.765 % to 85.873 %)</c>, over several recordings
    /// <c>linux-5.18:capacity=2 has hit_rate 84.765 % (95 %: 83.1 % to 86.4 %)</c>.
    /// </summary>
    public override string ToString()
    {
        string confidence = Cells.Length > 1 ? "95 %: " : "";
        string range = Low < High ? $" ({confidence}{FigureText.Of(Metric, Low)} to {FigureText.Of(Metric, High)})" : "";
        return $"{Policy} has {Metric} {FigureText.Of(Metric, Value)}{range}";
    }
}

/// <summary>The left side of a rule minus the right side.</summary>
/// <param name="Difference">The difference; over several recordings, its mean.</param>
/// <param name="HalfWidth">Over several recordings, half the width of the 95 % interval of the paired differences; null for one.</param>
/// <param name="IsOpen">True if, within the uncertainty, the difference can be 0 or have the other sign.</param>
public sealed record RuleMargin(double Difference, double? HalfWidth, bool IsOpen)
{
    internal static RuleMargin Of(RuleValue left, RuleValue right)
    {
        RuleValue margin = left.Add(-1, right);
        double mean = margin.Mean;
        return new Sample(margin.Values).HalfWidth is { } half
            ? new RuleMargin(mean, half, Math.Abs(mean) <= half)
            : new RuleMargin(mean, null, margin.Low[0] < margin.High[0] && margin.Low[0] <= 0 && margin.High[0] >= 0);
    }

    /// <summary>By how much a rule is broken, in the unit of a metric.</summary>
    public string Text(string metric)
    {
        string width = HalfWidth is { } half ? $" (95 % interval \u00B1{FigureText.OfDifference(metric, half).TrimStart('+')})" : "";
        string open = !IsOpen ? ""
            : HalfWidth is null ? "; the ranges overlap: what the recording leaves open may decide this"
            : "; the interval holds 0: other recordings may decide otherwise";
        return $"breaks the rule by {FigureText.OfDifference(metric, Math.Abs(Difference)).TrimStart('+')}{width}{open}";
    }
}

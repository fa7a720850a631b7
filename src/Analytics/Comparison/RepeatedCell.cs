namespace ForkTrace.Analytics.Comparison;

/// <summary>One policy's cell over several recordings of a load.</summary>
/// <param name="Policy">The policy, with its parameters and whatever else is not the default.</param>
/// <param name="Cells">One for each recording.</param>
public sealed record RepeatedCell(string Policy, ImmutableArray<ComparedCell> Cells)
{
    /// <summary>The cells of a side, recordings put together, in the order of the side.</summary>
    public static ImmutableArray<RepeatedCell> Of(IEnumerable<ComparedCell> cells) =>
    [
        .. cells
            .GroupBy(cell => cell.Question with { Trace = "", Conditions = Asked(cell) })
            .Select(group => new RepeatedCell(NameOf(group.First()), [.. group])),
    ];

    /// <summary>A figure of all recordings; null if one of them has none.</summary>
    public Sample? SampleOf(string metric)
    {
        double?[] values = [.. Cells.Select(cell => cell.Metrics.GetValueOrDefault(metric))];
        return Array.TrueForAll(values, value => value is not null) ? new Sample([.. values.Select(value => value!.Value)]) : null;
    }

    private static string NameOf(ComparedCell cell)
    {
        string name = cell.Parameters.Length == 0 ? cell.Policy : $"{cell.Policy}:{cell.Parameters}";
        return Asked(cell) is { Length: > 0 } conditions ? $"{name} ({conditions})" : name;
    }

    // The machine's own topology is no choice: recordings of two machines are of one question.
    private static string Asked(ComparedCell cell) => string.Join(
        "; ",
        cell.Conditions.Split("; ", StringSplitOptions.RemoveEmptyEntries)
            .Where(condition => !condition.StartsWith("topology=", StringComparison.Ordinal)));
}

/// <summary>The recordings of one load against those of another, policy by policy and figure by figure.</summary>
public sealed record RepeatedComparison
{
    /// <summary>Figures that are compared if nobody chooses.</summary>
    public static ImmutableArray<string> DefaultMetrics { get; } = ["hit_rate", "cost_mean_ns"];

    public required ImmutableArray<RepeatedChange> Changes { get; init; }

    /// <summary>Policies that one side lacks.</summary>
    public required ImmutableArray<string> OnlyOneSide { get; init; }

    /// <summary>Compares.</summary>
    /// <exception cref="ResultsDatabaseException">The sides share no policy, or neither has a figure of that name.</exception>
    public static RepeatedComparison Of(IEnumerable<ComparedCell> before, IEnumerable<ComparedCell> after, ImmutableArray<string> metrics)
    {
        ImmutableArray<RepeatedCell> earlier = RepeatedCell.Of(before);
        Dictionary<string, RepeatedCell> later = RepeatedCell.Of(after).ToDictionary(cell => cell.Policy);
        string[] known = [.. earlier.SelectMany(cell => cell.Cells[0].Metrics.Keys).Distinct().Order(StringComparer.Ordinal)];
        if (metrics.FirstOrDefault(metric => !known.Contains(metric)) is { } unknown)
            throw new ResultsDatabaseException(ResultsFault.Content, $"there is no figure '{unknown}'; there are {string.Join(", ", known)}");
        ImmutableArray<RepeatedChange> changes =
        [
            .. metrics.SelectMany(metric => earlier
                .Where(cell => later.ContainsKey(cell.Policy))
                .Select(cell => (cell.Policy, Base: cell.SampleOf(metric), Head: later[cell.Policy].SampleOf(metric)))
                .Where(pair => pair.Base is not null && pair.Head is not null)
                .Select(pair => new RepeatedChange(pair.Policy, metric, pair.Base!, pair.Head!))),
        ];
        if (changes.IsEmpty)
            throw new ResultsDatabaseException(ResultsFault.Content, "the two sides share no policy with these figures: nothing is compared");
        return new RepeatedComparison
        {
            Changes = changes,
            OnlyOneSide = [.. earlier.Select(cell => cell.Policy).Except(later.Keys), .. later.Keys.Except(earlier.Select(cell => cell.Policy))],
        };
    }
}

/// <summary>A figure of one policy on both sides.</summary>
public sealed record RepeatedChange(string Policy, string Metric, Sample Base, Sample Head)
{
    public SampleDifference Difference { get; } = Base.To(Head);

    /// <summary>
    /// <c>better</c> or <c>worse</c> where the 95 % interval of the difference does not hold 0, else <c>not distinguishable</c>; empty where
    /// a side has one recording. More hits are better; so is less of whatever else is counted.
    /// </summary>
    public string Verdict => Difference.HalfWidth is null ? ""
        : !Difference.IsDistinguishable ? "not distinguishable"
        : Difference.Mean > 0 == IsMoreBetter ? "better" : "worse";

    private bool IsMoreBetter => FigureDefinition.Of(Metric)?.IsMoreBetter ?? false;
}

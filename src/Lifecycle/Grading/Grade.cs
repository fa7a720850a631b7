namespace ForkTrace.Lifecycle.Grading;

/// <summary>The grade of a result, and what it was computed from.</summary>
/// <param name="Level">The letter.</param>
/// <param name="Uses">The evidence of each operation that the policy depends on.</param>
/// <param name="Lost">Events that the recorder dropped.</param>
public sealed record Grade(GradeLevel Level, ImmutableArray<OperationEvidence> Uses, long Lost)
{
    private const double ModelledShareOfA = 0.05;
    private const double ModelledShareOfB = 0.25;
    private const int FewForks = 20;

    /// <summary>Grades a result that depends on these kinds of operations.</summary>
    public static Grade Of(ImmutableArray<StackOperationKind> kinds, EvidenceSummary evidence, TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(facts);
        ImmutableArray<OperationEvidence> uses = [.. kinds.Select(kind => OperationEvidence.Of(kind, evidence))];
        GradeLevel level = uses.Select(LevelOf).DefaultIfEmpty(GradeLevel.A).Max();
        if (IsTooShort(evidence) && level < GradeLevel.C)
            level = GradeLevel.C;
        bool lossy = facts.Lost > 0 || !facts.Losses.IsEmpty;
        return new Grade(lossy ? GradeLevel.D : level, uses, facts.Lost);
    }

    // Example: a recording of one command, with a few forks, where most tasks are still alive at the end.
    private static bool IsTooShort(EvidenceSummary evidence)
    {
        long forks = evidence.Total(StackOperationKind.Allocate);
        return forks is > 1 and < FewForks && 2 * evidence.Total(StackOperationKind.Release) < forks;
    }

    /// <summary>One line: <c>A: allocate observed 100.0 %; ...</c>.</summary>
    public override string ToString()
    {
        string uses = string.Join("; ", Uses.Select(use => use.ToString()));
        return Lost > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Level}: {Lost} events lost; {uses}") : $"{Level}: {uses}";
    }

    private static GradeLevel LevelOf(OperationEvidence use)
    {
        if (use.Total == 0)
            return GradeLevel.A;
        double modelled = (double)use.Modelled / use.Total;
        double inferred = (double)use.Inferred / use.Total;
        bool isCallback = use.Kind is StackOperationKind.StackCallback or StackOperationKind.TaskFree or StackOperationKind.StructFree;
        if (modelled > ModelledShareOfB)
            return GradeLevel.C;
        return modelled > ModelledShareOfA || (!isCallback && inferred > ModelledShareOfA) ? GradeLevel.B : GradeLevel.A;
    }
}

/// <summary>How well the recording supports a result.</summary>
public enum GradeLevel
{
    /// <summary>Every operation that the policy depends on is observed or bounded by events; at most 5 % of callbacks are modelled.</summary>
    A,

    /// <summary>Allocations or releases are placed by a neighbouring event, or up to a quarter of the callbacks are modelled.</summary>
    B,

    /// <summary>More than a quarter of the operations of some kind are modelled; or there are fewer than 20 forks, and the ends of most
    /// tasks are not seen.</summary>
    C,

    /// <summary>Events were lost: the trace is incomplete.</summary>
    D,
}

/// <summary>Explains each <see cref="GradeLevel"/> to readers of results.</summary>
public static class GradeLevels
{
    /// <summary>A short phrase.</summary>
    public static string Describe(GradeLevel level) => level switch
    {
        GradeLevel.A => "every operation that the policy depends on is observed or bounded by events",
        GradeLevel.B => "some operations are placed by a neighbouring event, or a few callbacks by a model",
        GradeLevel.C => "more than a quarter of the operations of some kind are modelled, or too few forks and deaths were recorded",
        _ => "events were lost: the trace is incomplete",
    };
}

/// <summary>Number of observed, inferred and modelled operations of one kind in a trace.</summary>
public sealed record OperationEvidence(StackOperationKind Kind, long Observed, long Inferred, long Modelled)
{
    public long Total => Observed + Inferred + Modelled;

    /// <summary>Name of the kind in output: <c>allocate</c>, <c>release</c>, <c>stack_callback</c>, <c>task_free</c>.</summary>
    public string Name => EvidenceNames.Of(Kind);

    internal static OperationEvidence Of(StackOperationKind kind, EvidenceSummary evidence) => new(
        kind,
        evidence.Count(kind, Evidence.Observed),
        evidence.Count(kind, Evidence.Inferred),
        evidence.Count(kind, Evidence.Modelled));

    /// <summary><c>release observed 98.0 %, inferred 2.0 %</c>: shares that add up to 100.</summary>
    public override string ToString()
    {
        (string Word, long Count)[] parts = [("observed", Observed), ("inferred", Inferred), ("modelled", Modelled)];
        (string Word, long Count) most = parts.MaxBy(part => part.Count);
        double others = parts.Where(part => part != most).Sum(part => Percent(part.Count));
        IEnumerable<string> texts = parts.Where(part => part.Count > 0)
            .Select(part => $"{part.Word} {Text(part == most ? 100 - others : Percent(part.Count), part.Count)} %");
        return Total == 0 ? $"{Name} none" : $"{Name} {string.Join(", ", texts)}";
    }

    private double Percent(long count) => Math.Round(100.0 * count / Math.Max(1, Total), 1, MidpointRounding.AwayFromZero);

    // Rounding must not turn a part into "100 %", or a few into "0 %".
    private string Text(double percent, long count) => percent switch
    {
        >= 99.95 when count < Total => ">99.9",
        < 0.05 => "<0.1",
        _ => percent.ToString("0.0", CultureInfo.InvariantCulture),
    };
}

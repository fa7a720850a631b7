namespace ForkTrace.Lifecycle.Grading;

/// <summary>The grade of a result, with what it was computed from.</summary>
/// <param name="Level">The letter.</param>
/// <param name="Uses">For each operation that the policy depends on, how it is known.</param>
/// <param name="Lost">Events that the recorder dropped.</param>
public sealed record Grade(GradeLevel Level, ImmutableArray<OperationEvidence> Uses, long Lost)
{
    private const double ModelledShareOfA = 0.05;
    private const double ModelledShareOfB = 0.25;
    private const int FewForks = 20;

    /// <summary>Grades what depends on these operations of a trace.</summary>
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

    // One command: a few forks, and most of the tasks still there when it ends.
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

/// <summary>How far a result rests on the recording.</summary>
public enum GradeLevel
{
    /// <summary>Every operation that the policy depends on is observed or bounded by events; at most 5 % of callbacks are modelled.</summary>
    A,

    /// <summary>Allocations or releases are placed by a neighbouring event, or up to a quarter of the callbacks are modelled.</summary>
    B,

    /// <summary>More than a quarter of the operations of some kind are modelled, or there are fewer than 20 forks and most tasks' ends are not seen.</summary>
    C,

    /// <summary>Events were lost: the trace is not all that happened.</summary>
    D,
}

/// <summary>What each <see cref="GradeLevel"/> says to a reader of results.</summary>
public static class GradeLevels
{
    /// <summary>One phrase.</summary>
    public static string Describe(GradeLevel level) => level switch
    {
        GradeLevel.A => "all that the policy depends on is observed or bounded by events",
        GradeLevel.B => "some operations are placed by a neighbouring event, or a few callbacks by a model",
        GradeLevel.C => "more than a quarter of the operations of some kind are modelled, or too few forks and deaths were recorded",
        _ => "events were lost: the trace is not all that happened",
    };
}

/// <summary>How many of a trace's operations of one kind are observed, inferred, modelled.</summary>
public sealed record OperationEvidence(StackOperationKind Kind, long Observed, long Inferred, long Modelled)
{
    public long Total => Observed + Inferred + Modelled;

    /// <summary>The kind as users read it: <c>allocate</c>, <c>release</c>, <c>stack_callback</c>, <c>task_free</c>.</summary>
    public string Name => EvidenceNames.Of(Kind);

    internal static OperationEvidence Of(StackOperationKind kind, EvidenceSummary evidence) => new(
        kind,
        evidence.Count(kind, Evidence.Observed),
        evidence.Count(kind, Evidence.Inferred),
        evidence.Count(kind, Evidence.Modelled));

    /// <summary><c>release observed 98.0 %, inferred 2.0 %</c>: shares that sum to 100.</summary>
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

    // What is not all is not called so, and what is there is not called none.
    private string Text(double percent, long count) => percent switch
    {
        >= 99.95 when count < Total => ">99.9",
        < 0.05 => "<0.1",
        _ => percent.ToString("0.0", CultureInfo.InvariantCulture),
    };
}

using System.Collections.Immutable;
using System.Globalization;
using ForkTrace.Events;

namespace ForkTrace.Lifecycle.Grading;

/// <summary>The grade of a result, with what it was computed from.</summary>
/// <param name="Level">The letter.</param>
/// <param name="Uses">For each operation that the policy depends on, how it is known.</param>
/// <param name="Lost">Events that the recorder dropped.</param>
public sealed record Grade(GradeLevel Level, ImmutableArray<OperationEvidence> Uses, long Lost)
{
    private const double ModelledShareOfA = 0.05;
    private const double ModelledShareOfB = 0.25;

    /// <summary>Grades what depends on these operations of a trace.</summary>
    public static Grade Of(ImmutableArray<StackOperationKind> kinds, EvidenceSummary evidence, TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(facts);
        ImmutableArray<OperationEvidence> uses = [.. kinds.Select(kind => OperationEvidence.Of(kind, evidence))];
        GradeLevel level = uses.Select(LevelOf).DefaultIfEmpty(GradeLevel.A).Max();
        bool lossy = facts.Lost > 0 || !facts.Losses.IsEmpty;
        return new Grade(lossy ? GradeLevel.D : level, uses, facts.Lost);
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
        bool isCallback = use.Kind is StackOperationKind.StackCallback or StackOperationKind.TaskFree;
        if (modelled > ModelledShareOfB)
            return GradeLevel.C;
        return modelled > ModelledShareOfA || (!isCallback && inferred > ModelledShareOfA) ? GradeLevel.B : GradeLevel.A;
    }
}

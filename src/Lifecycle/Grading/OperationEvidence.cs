using System.Globalization;

namespace ForkTrace.Lifecycle.Grading;

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

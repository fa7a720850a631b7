using System.Globalization;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Results;

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

    /// <summary><c>release observed 98.0 %, inferred 2.0 %</c>.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        AddPart(parts, "observed", Observed);
        AddPart(parts, "inferred", Inferred);
        AddPart(parts, "modelled", Modelled);
        return parts.Count == 0 ? $"{Name} none" : $"{Name} {string.Join(", ", parts)}";
    }

    private void AddPart(List<string> parts, string word, long count)
    {
        if (count > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{word} {100.0 * count / Total:0.0} %"));
    }
}

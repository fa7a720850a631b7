namespace ForkTrace.Lifecycle.Grading;

/// <summary>How many operations of each kind are observed, inferred, modelled.</summary>
public sealed class EvidenceSummary
{
    private const int Levels = 3;
    private readonly long[] _counts = new long[((int)StackOperationKind.LostEvents + 1) * Levels];

    public long Count(StackOperationKind kind, Evidence evidence) => _counts[((int)kind * Levels) + (int)evidence];

    public long Total(StackOperationKind kind) =>
        Count(kind, Evidence.Observed) + Count(kind, Evidence.Inferred) + Count(kind, Evidence.Modelled);

    /// <summary>The share of a kind's operations that is known so; 0 where there are none.</summary>
    public double Share(StackOperationKind kind, Evidence evidence) =>
        Total(kind) == 0 ? 0 : (double)Count(kind, evidence) / Total(kind);

    internal void Add(StackOperationKind kind, Evidence evidence) => _counts[((int)kind * Levels) + (int)evidence]++;
}

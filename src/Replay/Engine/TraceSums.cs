using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Replay.Engine;

/// <summary>Sums over the stretches of a trace that do not depend on the policy.</summary>
/// <param name="context">The state that all cells share.</param>
internal sealed class TraceSums(ReplayContext context)
{
    private readonly EvidenceSummary _structFrees = new();

    /// <summary>Evidence of the operations.</summary>
    public EvidenceSummary Evidence { get; } = new();

    public int FailedForks { get; private set; }

    public int CutAllocations { get; private set; }

    /// <summary>Adds the context's stretch, after it has been replayed.</summary>
    public void Add()
    {
        Evidence.Add(context.Operations.Evidence);
        FailedForks += context.Operations.FailedForks;
        CutAllocations += context.Operations.CutAllocations;
        if (context.WithStructFrees is { } all)
            _structFrees.Add(all.Evidence);
    }

    /// <summary>Evidence of the operations that a policy is replayed over.</summary>
    public EvidenceSummary EvidenceOf(StackRules policy) => policy.Return == StackReturn.StructFree ? _structFrees : Evidence;
}

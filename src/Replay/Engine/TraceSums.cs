using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Replay.Engine;

/// <summary>What a trace's stretches sum up to, whatever the policy.</summary>
/// <param name="context">What all cells share.</param>
internal sealed class TraceSums(ReplayContext context)
{
    private readonly EvidenceSummary _structFrees = new();

    /// <summary>How the operations are known.</summary>
    public EvidenceSummary Evidence { get; } = new();

    public int FailedForks { get; private set; }

    public int CutAllocations { get; private set; }

    /// <summary>Adds the context's stretch, once it has been replayed.</summary>
    public void Add()
    {
        Evidence.Add(context.Operations.Evidence);
        FailedForks += context.Operations.FailedForks;
        CutAllocations += context.Operations.CutAllocations;
        if (context.WithStructFrees is { } all)
            _structFrees.Add(all.Evidence);
    }

    /// <summary>How the operations are known that a policy is replayed over.</summary>
    public EvidenceSummary EvidenceOf(StackRules policy) => policy.Return == StackReturn.StructFree ? _structFrees : Evidence;
}

namespace ForkTrace.Analytics.Comparison;

/// <summary>The same question, answered on both sides.</summary>
public sealed record CellPair(ComparedCell Base, ComparedCell Head)
{
    /// <summary>Whether the recording behind the name is another one, as far as digests tell.</summary>
    public bool IsOtherRecording => Base.TraceDigest != Head.TraceDigest && !HasOtherAlgorithm;

    /// <summary>Whether the two digests are of different algorithms: they do not tell whether the recording is the same.</summary>
    public bool HasOtherAlgorithm => Base.DigestAlgorithm != Head.DigestAlgorithm;
}

namespace ForkTrace.Analytics.Comparison;

/// <summary>The same question, answered on both sides.</summary>
public sealed record CellPair(ComparedCell Base, ComparedCell Head)
{
    /// <summary>Whether the recording behind the name is another one.</summary>
    public bool IsOtherRecording => Base.TraceDigest != Head.TraceDigest;
}

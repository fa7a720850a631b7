namespace ForkTrace.Lifecycle.Inspection;

/// <summary>A kernel event that the trace does not hold and that would make its answers better.</summary>
/// <param name="Event">The event, as <c>system:name</c>.</param>
/// <param name="Gain">What a recording with it tells in addition.</param>
/// <param name="IsGroundTruth">It shows what the kernel's own cache did: it judges a replay and changes no result.</param>
public sealed record MissingEvent(string Event, string Gain, bool IsGroundTruth = false);

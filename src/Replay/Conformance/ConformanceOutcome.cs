namespace ForkTrace.Replay.Conformance;

/// <summary>What came of a check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Failure">Why it failed; null if it holds.</param>
public sealed record ConformanceOutcome(ConformanceCheck Check, string? Failure);

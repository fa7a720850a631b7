using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Profile;

/// <summary>How long stacks of one kind of task were in use.</summary>
/// <param name="Kind"><c>thread</c>, <c>vfork</c>, <c>process</c>, or <c>other</c> where clone flags say neither or are unknown.</param>
/// <param name="Lifetimes">From the stack's allocation to its release.</param>
public sealed record LifetimeHistogram(string Kind, LatencyHistogram Lifetimes);

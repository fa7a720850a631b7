namespace ForkTrace.Replay.Conformance;

/// <summary>A policy does what no policy may: says on which trace, what was found and what is allowed.</summary>
public sealed class ConformanceException(string message) : Exception(message);

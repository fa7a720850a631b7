namespace ForkTrace.Replay.Contract;

/// <summary>A policy, parameter or cost model that was asked for does not exist or is out of range: the user's mistake.</summary>
public sealed class PolicyException(string message) : Exception(message);

namespace ForkTrace.Replay;

/// <summary>A policy, parameter or cost model that was asked for does not exist or is out of range: the user's mistake.</summary>
public sealed class PolicyException(string message) : Exception(message)
{
    /// <summary>What there is to say besides, a line each: the errors of a policy that does not compile.</summary>
    public ImmutableArray<string> Details { get; init; } = [];
}

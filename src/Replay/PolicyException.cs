namespace ForkTrace.Replay;

/// <summary>A policy, parameter or cost model that the user named does not exist or is out of range.</summary>
public sealed class PolicyException(string message) : Exception(message)
{
    /// <summary>Additional lines, such as the errors of a policy that does not compile.</summary>
    public ImmutableArray<string> Details { get; init; } = [];
}

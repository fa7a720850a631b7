namespace ForkTrace.Analytics;

/// <summary>A results database that cannot be used, or a statement that it refuses. The message is one line, fit to be shown.</summary>
public sealed class ResultsDatabaseException(ResultsFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What it is about.</summary>
    public ResultsFault Fault { get; } = fault;
}

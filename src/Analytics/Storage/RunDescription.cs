namespace ForkTrace.Analytics.Storage;

/// <summary>What is known of a run apart from what it found. Wall-clock times are kept here only: results hold none.</summary>
/// <param name="Version">Version of ForkTrace.</param>
/// <param name="Command">Arguments as they were typed.</param>
/// <param name="StartedAt">Wall-clock start; kept in UTC, to the microsecond.</param>
/// <param name="EndedAt">Wall-clock end.</param>
public sealed record RunDescription(string Version, string Command, DateTimeOffset StartedAt, DateTimeOffset EndedAt)
{
    /// <summary>The run's number, where what it is made of tells that; null for the next of the database.</summary>
    public long? Number { get; init; }

    /// <summary>What the user calls the run; null if nothing.</summary>
    public string? Label { get; init; }

    /// <summary>Commit that the run belongs to; null where unknown.</summary>
    public string? Commit { get; init; }
}

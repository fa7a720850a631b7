namespace ForkTrace.Analytics.Storage;

/// <summary>A run without its results. Only this has wall-clock times.</summary>
/// <param name="Version">Version of ForkTrace.</param>
/// <param name="Command">Arguments as they were typed.</param>
/// <param name="StartedAt">Wall-clock start; kept in UTC, to the microsecond.</param>
/// <param name="EndedAt">Wall-clock end.</param>
public sealed record RunDescription(string Version, string Command, DateTimeOffset StartedAt, DateTimeOffset EndedAt)
{
    /// <summary>The run's number if it follows from its content; null for the next one in the database.</summary>
    public long? Number { get; init; }

    /// <summary>The user's name for the run, or null.</summary>
    public string? Label { get; init; }

    /// <summary>Commit that the run belongs to; null if unknown.</summary>
    public string? Commit { get; init; }
}

namespace ForkTrace.Analytics.Storage;

/// <summary>A results database that cannot be used, or a statement that it refuses. The message is one line, fit to be shown.</summary>
public sealed class ResultsDatabaseException(ResultsFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What it is about.</summary>
    public ResultsFault Fault { get; } = fault;
}

/// <summary>What a <see cref="ResultsDatabaseException"/> is about.</summary>
public enum ResultsFault
{
    /// <summary>The file cannot be opened or written: its place, its permissions, another process that uses it, a full disk.</summary>
    File,

    /// <summary>The file is there, but is no results database, or one of a newer ForkTrace.</summary>
    Content,

    /// <summary>A statement that the database refuses.</summary>
    Statement,
}

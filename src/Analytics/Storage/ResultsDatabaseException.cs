namespace ForkTrace.Analytics.Storage;

/// <summary>A results database cannot be used, or rejects a statement. The message is one line for the user.</summary>
public sealed class ResultsDatabaseException(ResultsFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The kind of failure.</summary>
    public ResultsFault Fault { get; } = fault;
}

/// <summary>The kind of failure of a <see cref="ResultsDatabaseException"/>.</summary>
public enum ResultsFault
{
    /// <summary>The file cannot be opened or written: its place, its permissions, another process that uses it, a full disk.</summary>
    File,

    /// <summary>The file exists, but is not a results database, or a newer ForkTrace wrote it.</summary>
    Content,

    /// <summary>The database rejected a statement.</summary>
    Statement,
}

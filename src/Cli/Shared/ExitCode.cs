namespace ForkTrace.Cli.Shared;

/// <summary>How the tool ended, for the shell.</summary>
internal enum ExitCode
{
    /// <summary>All went well.</summary>
    Success = 0,

    /// <summary>A fault of the tool itself.</summary>
    InternalFailure = 1,

    /// <summary>Wrong arguments, a missing input or an output that cannot be written.</summary>
    Usage = 2,

    /// <summary>The input cannot be read, or it lost data and --strict was given.</summary>
    InputRejected = 3,

    /// <summary>A comparison found a regression, or a policy failed its checks.</summary>
    Regressed = 4,

    /// <summary>The baseline was made by another version of the engine or of a policy, and figures differ: make a new baseline.</summary>
    BaselineOutdated = 5,

    /// <summary><c>record --exec</c> could not record. All other codes are the workload's, as with <c>env</c> and <c>timeout</c>.</summary>
    RecordingFailed = 125,

    /// <summary><c>record --exec</c> did not find the workload's program.</summary>
    NoSuchWorkload = 127,
}

/// <summary>The user asked for something that is not possible. Its message is one line; exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A trace with missing events, under --strict. Its message is one line; exit code 3.</summary>
internal sealed class DataLossException(string message) : Exception(message);

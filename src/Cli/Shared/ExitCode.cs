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

    /// <summary>The input is not what it should be, or lost data under --strict.</summary>
    InputRejected = 3,

    /// <summary>A comparison found a regression, or a policy fails its checks.</summary>
    Regressed = 4,

    /// <summary>The baseline is of another version of the engine or of a policy, and figures differ: it is to be made anew.</summary>
    BaselineOutdated = 5,

    /// <summary><c>record --exec</c> could not record. Other codes are then the workload's, as under <c>env</c> and <c>timeout</c>.</summary>
    RecordingFailed = 125,

    /// <summary><c>record --exec</c> found no program of the workload's name.</summary>
    NoSuchWorkload = 127,
}

/// <summary>The user asked for something that cannot be: said in one line, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Under --strict, a trace with missing events: said in one line, exit code 3.</summary>
internal sealed class DataLossException(string message) : Exception(message);

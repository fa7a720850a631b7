namespace ForkTrace.Ingest.Merge;

/// <summary>
/// The files of one <c>perf record --switch-output</c>. After some time or some bytes, perf goes on in a new file, and nothing is lost
/// between two files. With <c>--overwrite</c> it is different: each file is what the ring buffers held at some moment.
/// </summary>
public static class SwitchedOutput
{
    // .YYYYMMDDhhmmss and hundredths of a second (fetch_current_timestamp, tools/perf/util/util.c).
    private const int StampDigits = 16;

    /// <summary>True if perf gives such names to the files.</summary>
    /// <param name="path">Name of a file, with or without folders.</param>
    public static bool IsName(string path) => Path.GetExtension(path) is { Length: StampDigits + 1 } stamp
        && stamp.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>True if two files are of one recording, or of two that were made by the same command.</summary>
    /// <param name="one">What is known about a file.</param>
    /// <param name="other">What is known about another.</param>
    public static bool AreOne(TraceFacts one, TraceFacts other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Recorder == other.Recorder
            && one.Host == other.Host
            && one.Recorder.Contains(" --switch-output", StringComparison.Ordinal)
            && !one.Recorder.Contains(" --overwrite", StringComparison.Ordinal);
    }
}

namespace ForkTrace.Lifecycle.Recording;

/// <summary>The arguments of trace-cmd and perf for a list of events. No other code builds them.</summary>
public static class RecorderArguments
{
    /// <summary>For <c>trace-cmd record</c>.</summary>
    /// <param name="events">The events to record.</param>
    /// <param name="bufferKib">Ring buffer of each CPU in KiB; 0 leaves trace-cmd's default.</param>
    /// <param name="output">The file to write; null leaves trace-cmd's default, trace.dat.</param>
    /// <param name="command">The workload.</param>
    public static IEnumerable<string> TraceCmd(
        IEnumerable<RecordedEvent> events, int bufferKib, string? output, IEnumerable<string> command)
    {
        string[] buffer = bufferKib > 0 ? ["-b", bufferKib.ToString(CultureInfo.InvariantCulture)] : [];
        return ["trace-cmd", "record", "-C", "mono", .. buffer, .. Output(output), .. Events(events, "-f"), "--", .. command];
    }

    /// <summary>For <c>perf record</c>. Build ids are switched off, because collecting them would read the whole file again.</summary>
    /// <param name="events">The events to record.</param>
    /// <param name="bufferPages">Ring buffer of each CPU in pages, a power of two; 0 leaves perf's default.</param>
    /// <param name="output">The file to write; null leaves perf's default, perf.data.</param>
    /// <param name="command">The workload.</param>
    public static IEnumerable<string> Perf(IEnumerable<RecordedEvent> events, int bufferPages, string? output, IEnumerable<string> command)
    {
        string[] buffer = bufferPages > 0 ? ["-m", bufferPages.ToString(CultureInfo.InvariantCulture)] : [];
        return ["perf", "record", "-a", "-B", "-k", "mono", .. buffer, .. Output(output), .. Events(events, "--filter"), "--", .. command];
    }

    private static string[] Output(string? output) => output is null ? [] : ["-o", output];

    private static IEnumerable<string> Events(IEnumerable<RecordedEvent> events, string filterOption)
    {
        foreach (RecordedEvent recorded in events)
        {
            yield return "-e";
            yield return recorded.Name;
            if (recorded.Filter is null)
                continue;
            yield return filterOption;
            yield return recorded.Filter;
        }
    }
}

/// <summary>Arguments quoted for a POSIX shell.</summary>
public static class ShellText
{
    private const string Harmless = "-_./:,+@%";

    /// <summary>One line of arguments. <c>$TS</c> stays a variable.</summary>
    public static string Of(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>One argument, quoted if the shell would interpret it.</summary>
    public static string Quote(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        if (argument.Length > 0 && argument.All(IsHarmless))
            return argument;
        return argument.Contains(RecordedEvent.TaskStructBytes, StringComparison.Ordinal) && !argument.AsSpan().ContainsAny("\"`\\!")
            ? $"\"{argument}\""
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static bool IsHarmless(char letter) => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter, StringComparison.Ordinal);
}

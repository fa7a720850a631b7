namespace ForkTrace.Lifecycle.Recording;

/// <summary>
/// Records with nothing but a shell. It uses its own tracefs instance, so that it does not disturb other tracing, and writes the events to
/// a text file after the workload ends.
/// </summary>
internal static class FtraceScript
{
    /// <summary>Shell lines to run before the workload.</summary>
    public static ImmutableArray<string> Before(RecordingMachine machine, IEnumerable<RecordedEvent> events, int bufferKib)
    {
        string instance = Instance(machine);
        ImmutableArray<string>.Builder lines = ImmutableArray.CreateBuilder<string>();
        lines.Add($"mkdir {instance}");
        lines.Add($"echo mono > {instance}/trace_clock");
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"echo {bufferKib} > {instance}/buffer_size_kb"));
        foreach (RecordedEvent recorded in events)
        {
            string folder = $"{instance}/events/{recorded.Name.Replace(':', '/')}";
            if (recorded.Filter is not null)
                lines.Add($"echo {ShellText.Quote(recorded.Filter)} > {folder}/filter");
            lines.Add($"echo 1 > {folder}/enable");
        }

        return lines.ToImmutable();
    }

    /// <summary>Shell lines to run after the workload ends.</summary>
    public static ImmutableArray<string> After(RecordingMachine machine, string output)
    {
        string instance = Instance(machine);
        return [$"echo 0 > {instance}/tracing_on", $"cat {instance}/trace > {ShellText.Quote(output)}", $"rmdir {instance}"];
    }

    private static string Instance(RecordingMachine machine) => $"{machine.TracefsFolder}/instances/forktrace";
}

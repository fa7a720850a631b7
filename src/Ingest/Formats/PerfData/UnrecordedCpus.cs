namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// CPUs that perf did not record, or not to the end. The kernel takes the events off a CPU that goes offline (perf_event_exit_cpu,
/// kernel/events/core.c), and nothing puts those of perf record back: on Linux 6.1 and 6.12 a CPU that was back had no events any more.
/// How many CPUs were online when recording ended may not be known: 0.
/// </summary>
internal sealed class UnrecordedCpus(ImmutableArray<LossInterval> departed, AttributeTable attributes, int online)
{
    /// <summary>From the moment at which a CPU went offline: an unknown number of events, if it came back.</summary>
    public ImmutableArray<LossInterval> Intervals { get; } = departed;

    public IssueList Issues()
    {
        ImmutableArray<int> recorded = attributes.RecordedCpus;
        return new IssueList()
            .Loss(
                "offline_cpus", Intervals.Length,
                $"{Named(Intervals.Select(loss => loss.Cpu))} went offline: perf records nothing of a CPU after that, even when it is back;"
                + " trace-cmd does.")
            .Warn(
                "some_cpus", recorded.IsEmpty ? 0 : online - recorded.Length,
                $"Recorded on {Named(recorded)} of {online} (-C, or others came online later): forks and deaths on others are missing.");
    }

    private static string Named(IEnumerable<int> cpus)
    {
        string[] numbers = [.. cpus.Select(cpu => cpu.ToString(CultureInfo.InvariantCulture))];
        return $"{(numbers.Length == 1 ? "CPU" : "CPUs")} {string.Join(", ", numbers)}";
    }
}

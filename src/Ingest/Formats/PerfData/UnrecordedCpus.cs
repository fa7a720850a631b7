namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// CPUs that perf did not record, or not to the end. When a CPU goes offline, the kernel removes the events from it (perf_event_exit_cpu,
/// kernel/events/core.c), and perf record does not add them again: on Linux 6.1 and 6.12, a CPU that came back had no more events. If the
/// number of CPUs online at the end of the recording is unknown, it is 0.
/// </summary>
internal sealed class UnrecordedCpus(ImmutableArray<LossInterval> departed, AttributeTable attributes, int online)
{
    /// <summary>A loss interval for each CPU that has no events after it went offline. The number of lost events is unknown.</summary>
    public ImmutableArray<LossInterval> Intervals { get; } = departed;

    public IssueList Issues()
    {
        ImmutableArray<int> recorded = attributes.RecordedCpus;
        return new IssueList()
            .Loss(
                "offline_cpus", Intervals.Length,
                $"{Named(Intervals.Select(loss => loss.Cpu))} went offline: perf does not record a CPU's events after that,"
                + " even when it is back online; trace-cmd does.")
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

namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Losses that no recorder reports: all events of a CPU, or the correct times of a CPU whose clock stepped back. Neither is always a loss:
/// an idle CPU has no events, and events written out of order can be sorted. But tasks that begin and are freed without an end, in a
/// recording that contains ends, prove a loss. And if events are never written out of order, a step back makes the order of the events
/// around it unknown.
/// </summary>
internal static class UntoldLosses
{
    // With fewer events on average, a CPU may well have none.
    private const int EventsOfCpuMin = 100;
    private const int NamesShown = 8;

    /// <summary>The facts with such losses.</summary>
    /// <param name="streams">The events of each CPU.</param>
    /// <param name="endlessLives">Number of tasks that began and were freed without an end.</param>
    /// <param name="facts">The facts so far.</param>
    /// <param name="issues">Receives the issues.</param>
    public static TraceFacts Add(IReadOnlyList<RawEventStream> streams, int endlessLives, TraceFacts facts, IssueList issues)
    {
        HashSet<int> seen = [.. streams.Where(stream => stream.CountsByKind.IndexOfAnyExcept(0L) >= 0).Select(stream => stream.Cpu)];
        int[] silent = seen.Count == 0 || facts.EventsTotal < (long)EventsOfCpuMin * facts.Cpus
            ? []
            : [.. Enumerable.Range(0, facts.Cpus).Where(cpu => !seen.Contains(cpu))];
        RawEventStream[] stepped = [.. streams.Where(stream => stream.Inversions > 0)];
        if (silent.Length + stepped.Length == 0)
            return facts;
        string names = string.Join(", ", silent.Take(NamesShown)) + (silent.Length > NamesShown ? ", ..." : "");
        issues.Warn("silent_cpus", silent.Length, $"CPU {names} has no events: it was idle or not recorded, or its events are lost.");
        bool areEndsRecorded = facts.CountOf(EventKind.Exit) > 0 || facts.CountOf(EventKind.DeathSwitch) > 0;
        int endless = areEndsRecorded ? (int)Math.Max(0, endlessLives - EndsToldLost(facts)) : 0;
        if (endless == 0)
            return AddUnknownOrder(stepped, facts, issues);
        string where = string.Join(", ", silent.Concat(stepped.Select(stream => stream.Cpu)).Distinct().Order().Take(NamesShown));
        issues.Loss("missing_ends", endless, $"Tasks were forked and freed, but have no end: events of CPU {where} are missing, or have wrong times.");
        IEnumerable<LossInterval> losses =
        [
            .. silent.Select(cpu => new LossInterval(cpu, facts.FirstNs - 1, facts.LastNs + 1, -1)),
            .. stepped.Select(stream => new LossInterval(stream.Cpu, stream.StepNs - 1, facts.LastNs + 1, -1)),
        ];
        return facts with { Losses = [.. facts.Losses, .. losses] };
    }

    // Each event that the recorder reports as lost may have been the end of a task. Some gaps do not say how many events were lost.
    private static long EndsToldLost(TraceFacts facts) => facts.Losses.Any(loss => loss.Events < 0) ? int.MaxValue : facts.Lost;

    // The sorted times do not show the order of the CPU's events whose times lie both before and after the step.
    private static TraceFacts AddUnknownOrder(RawEventStream[] stepped, TraceFacts facts, IssueList issues)
    {
        RawEventStream[] clocks = [.. stepped.Where(stream => stream.IsAsWritten)];
        string names = string.Join(", ", clocks.Select(stream => stream.Cpu).Take(NamesShown));
        issues.Loss("unknown_order", clocks.Length, $"The clock of CPU {names} stepped back: the order of its events around the step is unknown.");
        return facts with
        {
            Losses = [.. facts.Losses, .. clocks.Select(stream => new LossInterval(stream.Cpu, stream.StepNs - 1, stream.BeforeStepNs + 1, -1))],
        };
    }
}

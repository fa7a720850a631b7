namespace ForkTrace.Ingest.Merge;

/// <summary>
/// What is missing though no recorder says so: all events of a CPU, or the right times of one whose clock stepped back. An idle CPU has no
/// events either, and events that are written out of order are put right by sorting. But lives that begin and are freed without an end, where
/// ends are recorded, show that it is not so. Where nothing is written out of order, a step back leaves the order of the events around it open.
/// </summary>
internal static class UntoldLosses
{
    // Fewer events on average and a CPU may well have none.
    private const int EventsOfCpuMin = 100;
    private const int NamesShown = 8;

    /// <summary>The facts with such losses.</summary>
    /// <param name="streams">The events of each CPU.</param>
    /// <param name="endlessLives">Lives that began and were freed without an end.</param>
    /// <param name="facts">The facts so far.</param>
    /// <param name="issues">Where to say it.</param>
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
        issues.Warn("silent_cpus", silent.Length, $"No event of CPU {names}: it slept, was not recorded, or its events are lost.");
        bool areEndsRecorded = facts.CountOf(EventKind.Exit) > 0 || facts.CountOf(EventKind.DeathSwitch) > 0;
        int endless = areEndsRecorded ? (int)Math.Max(0, endlessLives - EndsToldLost(facts)) : 0;
        if (endless == 0)
            return AddUnknownOrder(stepped, facts, issues);
        string where = string.Join(", ", silent.Concat(stepped.Select(stream => stream.Cpu)).Distinct().Order().Take(NamesShown));
        issues.Loss("missing_ends", endless, $"Tasks were forked and freed, but did not end: what CPU {where} recorded is missing, or has wrong times.");
        IEnumerable<LossInterval> losses =
        [
            .. silent.Select(cpu => new LossInterval(cpu, facts.FirstNs - 1, facts.LastNs + 1, -1)),
            .. stepped.Select(stream => new LossInterval(stream.Cpu, stream.StepNs - 1, facts.LastNs + 1, -1)),
        ];
        return facts with { Losses = [.. facts.Losses, .. losses] };
    }

    // Each event that the recorder reports as lost may have been the end of a task; of some gaps it does not say how many events were lost.
    private static long EndsToldLost(TraceFacts facts) => facts.Losses.Any(loss => loss.Events < 0) ? int.MaxValue : facts.Lost;

    // In which order the CPU's events were, of those that bear times from before and after the step, the sorted times do not tell.
    private static TraceFacts AddUnknownOrder(RawEventStream[] stepped, TraceFacts facts, IssueList issues)
    {
        RawEventStream[] clocks = [.. stepped.Where(stream => stream.IsAsWritten)];
        string names = string.Join(", ", clocks.Select(stream => stream.Cpu).Take(NamesShown));
        issues.Loss("unknown_order", clocks.Length, $"The clock of CPU {names} stepped back: the order of its events around that is not known.");
        return facts with
        {
            Losses = [.. facts.Losses, .. clocks.Select(stream => new LossInterval(stream.Cpu, stream.StepNs - 1, stream.BeforeStepNs + 1, -1))],
        };
    }
}

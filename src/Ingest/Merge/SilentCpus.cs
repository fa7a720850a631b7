namespace ForkTrace.Ingest.Merge;

/// <summary>
/// CPUs of which a recording holds nothing, though it holds much of the others: they slept, were not recorded (<c>-C</c>, <c>-M</c>), or their
/// part of the recording is lost. Nothing but this tells of the last.
/// </summary>
internal static class SilentCpus
{
    // Fewer events on average and a CPU may well have none.
    private const int EventsOfCpuMin = 100;
    private const int NamesShown = 8;

    /// <summary>Says which.</summary>
    /// <param name="streams">The events of each CPU.</param>
    /// <param name="cpus">CPUs of the machine, as far as the recording says it.</param>
    /// <param name="issues">Where to say it.</param>
    public static void Tell(IReadOnlyList<RawEventStream> streams, int cpus, IssueList issues)
    {
        long events = 0;
        HashSet<int> seen = [];
        foreach (RawEventStream stream in streams)
        {
            long ofStream = 0;
            foreach (long count in stream.CountsByKind)
                ofStream += count;
            events += ofStream;
            if (ofStream > 0)
                seen.Add(stream.Cpu);
        }

        int[] silent = [.. Enumerable.Range(0, cpus).Where(cpu => !seen.Contains(cpu))];
        if (events < (long)EventsOfCpuMin * cpus || seen.Count == 0)
            return;
        string names = string.Join(", ", silent.Take(NamesShown)) + (silent.Length > NamesShown ? ", ..." : "");
        issues.Warn("silent_cpus", silent.Length, $"No event of CPU {names}: it slept, was not recorded, or its events are lost.");
    }
}

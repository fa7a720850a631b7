namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>The facts about the recording, from the options and pages of a trace.dat.</summary>
internal static class TraceDatFacts
{
    // Clocks that count nanoseconds (kernel/trace/trace.c, trace_clocks), and trace-cmd's own name for a converted TSC.
    private static readonly string[] s_nanosecondClocks =
        ["", "local", "global", "uptime", "perf", "mono", "mono_raw", "boot", "tai", "tsc2nsec"];

    public static string ClockOf(TraceDatHead head, TraceDatBuffer buffer) => buffer.Clock.Length > 0 ? buffer.Clock : head.Options.Clock;

    public static TraceFacts Of(TraceDatHead head, string clock, string format, IReadOnlyList<CpuJob> jobs, IEnumerable<ImportIssue> issues)
    {
        ImmutableArray<LossInterval> losses = [.. jobs.SelectMany(job => job.Reader.Losses), .. UnplacedLosses(head.Options, jobs)];
        long lost = Lost(head.Options, losses);
        return OfHead(head, clock, format) with
        {
            Lost = lost,
            Losses = losses,
            Issues = [.. issues, .. LossIssues(losses, lost, jobs), .. HeadIssues(head)],
        };
    }

    /// <summary>The facts that are known before pages are read.</summary>
    public static TraceFacts OfHead(TraceDatHead head, string clock, string format) => new()
    {
        Format = format,
        Kernel = head.Options.Kernel,
        Machine = head.Options.Machine,
        Host = head.Options.Host,
        Clock = clock,
        ClockUnit = head.Options.Cycles.Mult != 0 || s_nanosecondClocks.Contains(clock) ? "ns" : "ticks",
        WallClockOffsetNs = head.Options.WallClockOffsetNs,
        Cpus = head.Buffers.SelectMany(buffer => buffer.Cpus).Select(cpu => cpu.Cpu + 1).Append(head.Options.Cpus).Max(),
    };

    // Losses that the kernel counted for a CPU but none of its pages reports: their place in the recording is unknown.
    private static IEnumerable<LossInterval> UnplacedLosses(TraceDatOptions options, IReadOnlyList<CpuJob> jobs) =>
        options.LostByCpu.Count == 0 ? [] : options.LostByCpu
        .Where(lost => !jobs.Any(job => job.Reader.Section.Cpu == lost.Key && job.Reader.Losses.Count > 0))
        .Select(lost => new LossInterval(lost.Key, long.MinValue, long.MaxValue, lost.Value));

    private static long Lost(TraceDatOptions options, ImmutableArray<LossInterval> losses)
    {
        UInt128 total = 0;
        foreach (IGrouping<int, LossInterval> ofCpu in losses.GroupBy(loss => loss.Cpu))
        {
            UInt128 told = 0;
            foreach (LossInterval loss in ofCpu)
                told += (UInt128)Math.Max(0, loss.Events);
            total += UInt128.Max(told, (UInt128)options.LostByCpu.GetValueOrDefault(ofCpu.Key));
        }

        return (long)UInt128.Min(total, long.MaxValue);
    }

    private static IssueList LossIssues(ImmutableArray<LossInterval> losses, long lost, IReadOnlyList<CpuJob> jobs)
    {
        string howMany = losses.All(loss => loss.Events >= 0) ? "" : lost > 0 ? "at least so many " : "an unknown number of ";
        string message = $"The recorder could not keep up and dropped {howMany}events, {IssueList.InPlaces(losses.Length)}.";
        const string Damage = "Ring-buffer pages have entries that extend beyond the page; the rest of these pages was not read.";
        return new IssueList()
            .Loss("lost_events", lost, message, happened: !losses.IsEmpty)
            .Loss("damaged_pages", jobs.Sum(job => job.Reader.DamagedPages), Damage);
    }

    private static IssueList HeadIssues(TraceDatHead head)
    {
        const string NoPage = "The page layout (header_page) is missing or unusual; the usual one was assumed.";
        return new IssueList()
            .Tell("unknown_options", head.Options.Unknown, "Unknown options were skipped.")
            .Warn("text_buffers", head.Texts.Count, "Buffers of a latency tracer contain text, not events; they were skipped.")
            .Warn("no_header_page", head.Tracing.Page is null ? 1 : 0, NoPage)
            .Warn("unreadable_formats", head.Tracing.UnreadableFormats, "Event formats without a name or id were skipped.");
    }
}

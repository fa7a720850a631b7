namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>What a trace.dat tells of the recording, from its options and from what was met in its pages.</summary>
internal static class TraceDatFacts
{
    // Clocks that count nanoseconds (kernel/trace/trace.c, trace_clocks), and trace-cmd's own name for a converted TSC.
    private static readonly string[] s_nanosecondClocks =
        ["", "local", "global", "uptime", "perf", "mono", "mono_raw", "boot", "tai", "tsc2nsec"];

    /// <summary>The name of the clock of a buffer.</summary>
    public static string ClockOf(TraceDatHead head, TraceDatBuffer buffer) => buffer.Clock.Length > 0 ? buffer.Clock : head.Options.Clock;

    public static TraceFacts Of(TraceDatHead head, string clock, string format, IReadOnlyList<CpuJob> jobs, IEnumerable<ImportIssue> issues)
    {
        ImmutableArray<LossInterval> losses = [.. jobs.SelectMany(job => job.Reader.Losses), .. UnplacedLosses(head.Options, jobs)];
        long lost = Lost(head.Options, losses);
        return new TraceFacts
        {
            Format = format,
            Kernel = head.Options.Kernel,
            Machine = head.Options.Machine,
            Clock = clock,
            ClockUnit = head.Options.Cycles.Mult != 0 || s_nanosecondClocks.Contains(clock) ? "ns" : "ticks",
            WallClockOffsetNs = head.Options.WallClockOffsetNs,
            Cpus = head.Buffers.SelectMany(buffer => buffer.Cpus).Select(cpu => cpu.Cpu + 1).Append(head.Options.Cpus).Max(),
            Lost = lost,
            Losses = losses,
            Issues = [.. issues, .. LossIssues(losses, lost), .. PageIssues(jobs), .. HeadIssues(head)],
        };
    }

    // What the kernel counted and no page of that CPU tells of: somewhere in the recording.
    private static IEnumerable<LossInterval> UnplacedLosses(TraceDatOptions options, IReadOnlyList<CpuJob> jobs)
    {
        foreach ((int cpu, long events) in options.LostByCpu)
        {
            if (!jobs.Any(job => job.Reader.Section.Cpu == cpu && job.Reader.Losses.Count > 0))
                yield return new LossInterval(cpu, long.MinValue, long.MaxValue, events);
        }
    }

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

    private static IEnumerable<ImportIssue> LossIssues(ImmutableArray<LossInterval> losses, long lost)
    {
        if (losses.IsEmpty)
            yield break;
        string howMany = losses.Any(loss => loss.Events < 0) ? "at least so many events" : "events";
        yield return new ImportIssue(
            IssueSeverity.DataLoss,
            "lost_events",
            $"The recorder could not keep up and dropped {howMany}, in {losses.Length} places.",
            lost);
    }

    private static IEnumerable<ImportIssue> PageIssues(IReadOnlyList<CpuJob> jobs)
    {
        long damaged = jobs.Sum(job => job.Reader.DamagedPages);
        if (damaged > 0)
        {
            yield return new ImportIssue(
                IssueSeverity.DataLoss,
                "damaged_pages",
                "Ring-buffer pages hold entries that reach outside them; the rest was not read.",
                damaged);
        }
    }

    private static IEnumerable<ImportIssue> HeadIssues(TraceDatHead head)
    {
        if (head.Options.Unknown > 0)
        {
            yield return new ImportIssue(
                IssueSeverity.Information,
                "unknown_options",
                "Options that this reader does not know were skipped.",
                head.Options.Unknown);
        }

        if (head.Texts.Count > 0)
        {
            yield return new ImportIssue(
                IssueSeverity.Warning,
                "text_buffers",
                "Buffers of a latency tracer hold text, not events; they were skipped.",
                head.Texts.Count);
        }

        if (head.Tracing.Page is null)
        {
            yield return new ImportIssue(
                IssueSeverity.Warning,
                "no_header_page",
                "The page layout (header_page) is missing or unusual; the usual one was assumed.",
                1);
        }

        if (head.Tracing.UnreadableFormats > 0)
        {
            const string Message = "Event formats without a name or id were skipped.";
            yield return new ImportIssue(IssueSeverity.Warning, "unreadable_formats", Message, head.Tracing.UnreadableFormats);
        }
    }
}

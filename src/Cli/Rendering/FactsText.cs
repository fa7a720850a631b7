using ForkTrace.Lifecycle.Inspection;

namespace ForkTrace.Cli.Rendering;

/// <summary>Shows the facts of a trace to a person: what was recorded, and what is wrong with it.</summary>
internal static class FactsText
{
    /// <summary>The trace, its kernel, the sizes of stacks, and the time.</summary>
    public static void WriteHead(LabelledLines lines, TraceFacts facts)
    {
        lines.Add("trace", $"{facts.Trace} ({facts.Format}, {Readable.Bytes(facts.SizeBytes)})");
        lines.Add("kernel", $"{Kernel(facts)}, clock {(facts.Clock.Length == 0 ? "unknown" : facts.Clock)}");
        KernelText.WriteKernel(lines, facts);
        lines.Add("time", TimeRange(facts));
    }

    /// <summary>Release, architecture, CPUs.</summary>
    public static string Kernel(TraceFacts facts)
    {
        string kernel = facts.Kernel.Length == 0 ? "unknown kernel" : $"{facts.Kernel} {facts.Machine}".TrimEnd();
        string cpus = facts.Cpus switch
        {
            0 => "an unknown number of CPUs",
            1 => "1 CPU",
            _ => string.Create(CultureInfo.InvariantCulture, $"{facts.Cpus} CPUs"),
        };
        return $"{kernel}, {cpus}";
    }

    /// <summary>How long the recording lasts.</summary>
    public static string Duration(TraceFacts facts) => facts.ClockUnit == "ns"
        ? Readable.Duration(facts.LastNs - facts.FirstNs)
        : $"{Readable.Count(facts.LastNs - facts.FirstNs)} {facts.ClockUnit}, not convertible to time";

    /// <summary>Losses and issues, with a line even if there are none.</summary>
    public static void WriteProblems(LabelledLines lines, TraceFacts facts)
    {
        if (!facts.HasDataLoss)
            lines.Add("data loss", "none");
        WriteFoundProblems(lines, facts);
        if (facts.Issues.IsEmpty)
            lines.Add("issues", "none");
    }

    /// <summary>Losses and issues, if there are any.</summary>
    public static void WriteFoundProblems(LabelledLines lines, TraceFacts facts)
    {
        if (facts.HasDataLoss)
            lines.Add("data loss", DataLoss(facts) + LossText.Difference(facts));
        foreach (string line in LossText.ByCpu(facts))
            lines.Add("data loss", line);
        foreach (ImportIssue issue in facts.Issues)
            lines.Add("issues", $"{SeverityWord(issue.Severity)}: {issue.Message}{InAll(issue.Count)}");
    }

    /// <summary>Numbers of events: by kind, skipped and kept.</summary>
    public static void WriteEvents(LabelledLines lines, TraceFacts facts)
    {
        lines.Add("events", $"{Readable.Count(facts.EventsTotal)} read, {Readable.Count(facts.EventsStored)} kept");
        foreach ((string kind, long count) in facts.EventsByKind)
        {
            if (count > 0)
                lines.Add("by kind", $"{Readable.Count(count),15}  {kind}");
        }

        foreach ((string name, long count) in facts.EventsSkipped)
            lines.Add("skipped", $"{Readable.Count(count),15}  {name}");
    }

    /// <summary>One line that says what is missing.</summary>
    public static string DataLoss(TraceFacts facts)
    {
        string gaps = facts.Losses.IsEmpty ? "" : $" in {Counted(facts.Losses.Length, "gap")}";
        if (facts.Lost > 0)
            return $"{Counted(facts.Lost, "event")} lost{gaps}";
        if (gaps.Length > 0)
            return LossText.Known(facts.Losses) is > 0 and long records
                ? $"{Counted(records, "record")} lost{gaps}; how many of them are events is not recorded"
                : $"events lost{gaps}; how many is not recorded";
        IEnumerable<ImportIssue> losses = facts.Issues.Where(issue => issue.Severity == IssueSeverity.DataLoss);
        return string.Join("; ", losses.Select(issue => $"{issue.Message.TrimEnd('.')}{InAll(issue.Count)}"));
    }

    private static string TimeRange(TraceFacts facts)
    {
        if (facts.ClockUnit != "ns")
            return Duration(facts);
        if (facts.EventsStored == 0)
            return "unknown: no event is kept";
        string first = (facts.FirstNs / 1e9).ToString("0.000000", CultureInfo.InvariantCulture);
        if (facts.LastNs == facts.FirstNs)
            return $"one moment, {first} s of the clock: how long was recorded is unknown";
        string last = (facts.LastNs / 1e9).ToString("0.000000", CultureInfo.InvariantCulture);
        return $"{Duration(facts)} ({first} to {last} s of the clock)";
    }

    /// <summary><c>1 event</c>, <c>1,250 events</c>.</summary>
    public static string Counted(long count, string what) => $"{Readable.Count(count)} {what}{(count == 1 ? "" : "s")}";

    private static string InAll(long count) => count > 1 ? $" ({Readable.Count(count)} in all)" : "";

    private static string SeverityWord(IssueSeverity severity) => severity switch
    {
        IssueSeverity.DataLoss => "data loss",
        IssueSeverity.Warning => "warning",
        _ => "note",
    };
}

/// <summary>Lost events by CPU, one line each: how many, in how many gaps, over how much of the time, and when.</summary>
internal static class LossText
{
    private const int LinesMax = 8;
    private const int GapsMax = 3;

    /// <summary>Says how the count of lost events differs from the sum over all gaps; empty if it does not.</summary>
    public static string Difference(TraceFacts facts)
    {
        long known = Known(facts.Losses);
        if (facts.Lost == 0 || known == 0 || known == facts.Lost)
            return "";
        return CountsRecords(facts)
            ? $"; the gaps count {Readable.Count(known)} lost records, of events and other kinds"
            : $"; the gaps account for {Readable.Count(known)} of them";
    }

    /// <summary>The lines; none for a trace without gaps. If there are too many CPUs, those with the most losses are shown.</summary>
    public static IEnumerable<string> ByCpu(TraceFacts facts)
    {
        IGrouping<int, LossInterval>[] cpus = [.. facts.Losses.GroupBy(loss => loss.Cpu).OrderByDescending(Known).ThenBy(cpu => cpu.Key)];
        IEnumerable<IGrouping<int, LossInterval>> shown = cpus.Length <= LinesMax ? cpus.OrderBy(cpu => cpu.Key) : cpus.Take(LinesMax);
        foreach (IGrouping<int, LossInterval> cpu in shown)
            yield return Line(cpu.Key, [.. cpu], facts);
        if (cpus.Length > LinesMax)
            yield return string.Create(CultureInfo.InvariantCulture, $"and {cpus.Length - LinesMax} more CPUs (--json shows all gaps)");
    }

    private static string Line(int cpu, LossInterval[] losses, TraceFacts facts)
    {
        string place = cpu < 0 ? "unknown CPU" : string.Create(CultureInfo.InvariantCulture, $"CPU {cpu}");
        long known = Known(losses);
        bool isAll = losses.All(loss => loss.Events >= 0);
        string events = isAll ? Readable.Count(known) : known == 0 ? "an unknown number of" : $"at least {Readable.Count(known)}";
        string what = $"{(CountsRecords(facts) ? "record" : "event")}{(known == 1 && isAll ? "" : "s")}";
        string gaps = losses.Length == 1 ? "1 gap" : $"{Readable.Count(losses.Length)} gaps";
        return $"{place}: {events} {what} in {gaps}{Time(losses, facts)}{Places(losses, facts)}";
    }

    // The gaps of perf.data count dropped records of any kind: of events, memory maps, names.
    private static bool CountsRecords(TraceFacts facts) => Known(facts.Losses) > facts.Lost;

    // The first gaps, in the form that --from and --to take.
    private static string Places(LossInterval[] losses, TraceFacts facts)
    {
        LossInterval[] placed =
            [.. losses.Where(loss => loss is not { FromNs: long.MinValue, ToNs: long.MaxValue }).OrderBy(loss => loss.FromNs)];
        if (placed.Length == 0)
            return "";
        string more = placed.Length <= GapsMax ? "" : string.Create(CultureInfo.InvariantCulture, $" and {placed.Length - GapsMax} more");
        return $": {string.Join(", ", placed.Take(GapsMax).Select(loss => Place(loss, facts)))}{more}";
    }

    private static string Place(LossInterval loss, TraceFacts facts)
    {
        string unit = facts.ClockUnit == "ns" ? "s" : facts.ClockUnit;
        if (loss.ToNs == long.MaxValue)
            return $"{Clock(loss.FromNs, facts)} {unit} to the end";
        string from = loss.FromNs == long.MinValue ? "the beginning" : Clock(loss.FromNs, facts);
        return $"{from} to {Clock(loss.ToNs, facts)} {unit}";
    }

    private static string Clock(long time, TraceFacts facts) => facts.ClockUnit == "ns"
        ? (time / 1e9).ToString("0.000000", CultureInfo.InvariantCulture)
        : time.ToString(CultureInfo.InvariantCulture);

    private static string Time(LossInterval[] losses, TraceFacts facts)
    {
        if (losses.Any(loss => loss is { FromNs: long.MinValue, ToNs: long.MaxValue }))
            return ", at an unknown time";
        if (facts.ClockUnit != "ns" || facts.LastNs == facts.FirstNs)
            return "";
        long missingNs = Covered(losses, facts.FirstNs, facts.LastNs);
        double share = 100.0 * missingNs / (facts.LastNs - facts.FirstNs);
        return string.Create(CultureInfo.InvariantCulture, $", {Readable.Duration(missingNs)} of its time ({share:0.0} %)");
    }

    // Gaps may overlap, because a ring buffer and an event in it each count their own losses.
    private static long Covered(LossInterval[] losses, long firstNs, long lastNs)
    {
        long coveredNs = 0, untilNs = firstNs;
        foreach (LossInterval loss in losses.OrderBy(loss => loss.FromNs))
        {
            long fromNs = Math.Max(loss.FromNs, untilNs), toNs = Math.Min(loss.ToNs, lastNs);
            coveredNs += Math.Max(0, toNs - fromNs);
            untilNs = Math.Max(untilNs, toNs);
        }

        return coveredNs;
    }

    /// <summary>The sum of the counts that are recorded.</summary>
    public static long Known(IEnumerable<LossInterval> losses) =>
        (long)Int128.Min(long.MaxValue, losses.Aggregate((Int128)0, (sum, loss) => sum + Math.Max(0, loss.Events)));
}

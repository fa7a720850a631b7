using System.Globalization;
using ForkTrace.Events;

namespace ForkTrace.Cli.Rendering;

/// <summary>The facts of a trace for a person: what was recorded, and what is wrong with it.</summary>
internal static class FactsText
{
    /// <summary>Trace, kernel and time.</summary>
    public static void WriteHead(LabelledLines lines, TraceFacts facts)
    {
        lines.Add("trace", $"{facts.Trace} ({facts.Format}, {Readable.Bytes(facts.SizeBytes)})");
        string kernel = facts.Kernel.Length == 0 ? "unknown kernel" : $"{facts.Kernel} {facts.Machine}".TrimEnd();
        string cpus = facts.Cpus == 1 ? "1 CPU" : string.Create(CultureInfo.InvariantCulture, $"{facts.Cpus} CPUs");
        lines.Add("kernel", $"{kernel}, {cpus}, clock {(facts.Clock.Length == 0 ? "unknown" : facts.Clock)}");
        lines.Add("time", TimeRange(facts));
    }

    /// <summary>Losses and issues: always said, also when there are none.</summary>
    public static void WriteProblems(LabelledLines lines, TraceFacts facts)
    {
        lines.Add("data loss", facts.HasDataLoss ? DataLoss(facts) : "none");
        foreach (string line in LossText.ByCpu(facts))
            lines.Add("data loss", line);
        foreach (ImportIssue issue in facts.Issues)
            lines.Add("issues", $"{SeverityWord(issue.Severity)}: {issue.Message}{Times(issue.Count)}");
        if (facts.Issues.IsEmpty)
            lines.Add("issues", "none");
    }

    /// <summary>Events by kind, skipped, kept.</summary>
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

    /// <summary>In one line, what is missing.</summary>
    public static string DataLoss(TraceFacts facts)
    {
        string gaps = facts.Losses.IsEmpty ? "" : $" in {Counted(facts.Losses.Length, "gap")}";
        if (facts.Lost > 0)
            return $"{Counted(facts.Lost, "event")} lost{gaps}";
        if (gaps.Length > 0)
            return $"events lost{gaps}; how many is not recorded";
        IEnumerable<ImportIssue> losses = facts.Issues.Where(issue => issue.Severity == IssueSeverity.DataLoss);
        return string.Join("; ", losses.Select(issue => $"{issue.Message.TrimEnd('.')}{Times(issue.Count)}"));
    }

    private static string TimeRange(TraceFacts facts)
    {
        long duration = facts.LastNs - facts.FirstNs;
        if (facts.ClockUnit != "ns")
            return $"{Readable.Count(duration)} {facts.ClockUnit}, not convertible to time";
        string first = (facts.FirstNs / 1e9).ToString("0.000000", CultureInfo.InvariantCulture);
        string last = (facts.LastNs / 1e9).ToString("0.000000", CultureInfo.InvariantCulture);
        return $"{Readable.Duration(duration)} ({first} to {last} s of the clock)";
    }

    private static string Counted(long count, string what) => $"{Readable.Count(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Times(long count) => count > 1 ? $" ({Readable.Count(count)} times)" : "";

    private static string SeverityWord(IssueSeverity severity) => severity switch
    {
        IssueSeverity.DataLoss => "data loss",
        IssueSeverity.Warning => "warning",
        _ => "note",
    };
}

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
        List<string> parts = [];
        if (facts.Lost > 0)
            parts.Add($"{Readable.Count(facts.Lost)} events lost");
        if (!facts.Losses.IsEmpty)
            parts.Add($"{Readable.Count(facts.Losses.Length)} gaps in which events were lost");
        foreach (ImportIssue issue in facts.Issues)
        {
            if (issue.Severity == IssueSeverity.DataLoss)
                parts.Add($"{issue.Message.TrimEnd('.')}{Times(issue.Count)}");
        }

        return string.Join("; ", parts);
    }

    private static string TimeRange(TraceFacts facts)
    {
        if (facts.ClockUnit != "ns")
            return string.Create(CultureInfo.InvariantCulture, $"{facts.LastNs - facts.FirstNs} {facts.ClockUnit}, not convertible to time");
        string range = string.Create(CultureInfo.InvariantCulture, $"{facts.FirstNs / 1e9:0.000000} to {facts.LastNs / 1e9:0.000000} s of the clock");
        return $"{Readable.Duration(facts.LastNs - facts.FirstNs)} ({range})";
    }

    private static string Times(long count) => count > 1 ? $" ({Readable.Count(count)} times)" : "";

    private static string SeverityWord(IssueSeverity severity) => severity switch
    {
        IssueSeverity.DataLoss => "data loss",
        IssueSeverity.Warning => "warning",
        _ => "note",
    };
}

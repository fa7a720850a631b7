using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.Replay.Inspection;

namespace ForkTrace.Cli.Rendering;

/// <summary>The facts of a trace as members of the JSON object that the writer is in. Shape: docs/json.md.</summary>
internal static class FactsJson
{
    // Always in by_kind, so that a reader need not ask whether they are there.
    private static readonly ImmutableArray<EventKind> s_alwaysShown =
    [
        EventKind.NewTask, EventKind.Fork, EventKind.Exec, EventKind.Exit, EventKind.Free, EventKind.DeathSwitch, EventKind.Switch,
        EventKind.TaskAlloc, EventKind.Wait, EventKind.Rename,
    ];

    public static void Write(Utf8JsonWriter writer, TraceFacts facts, TraceEvidence evidence)
    {
        writer.WriteString("trace", facts.Trace);
        writer.WriteString("digest", facts.Digest);
        writer.WriteNumber("size_bytes", facts.SizeBytes);
        writer.WriteString("format", facts.Format);
        writer.WriteTextOrNull("kernel", facts.Kernel);
        writer.WriteTextOrNull("machine", facts.Machine);
        writer.WriteNumber("cpus", facts.Cpus);
        writer.WriteTextOrNull("clock", facts.Clock);
        writer.WriteString("clock_unit", facts.ClockUnit);
        writer.WriteTextOrNull("recorder", facts.Recorder);
        WriteTime(writer, facts);
        WriteFilter(writer, facts);
        writer.WriteNumber("tasks", facts.Tasks);
        WriteEvents(writer, facts);
        writer.WriteNumber("lost", facts.Lost);
        WriteLosses(writer, facts);
        WriteIssues(writer, facts);
        writer.WriteStartObject("evidence");
        EvidenceJson.Write(writer, evidence);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, TraceFacts facts)
    {
        writer.WriteStartObject("time");
        writer.WriteNumber("first_ns", facts.FirstNs);
        writer.WriteNumber("last_ns", facts.LastNs);
        writer.WriteNumber("duration_ns", facts.LastNs - facts.FirstNs);
        writer.WriteNumberOrNull("wall_clock_offset_ns", facts.WallClockOffsetNs);
        writer.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter writer, TraceFacts facts)
    {
        if (facts.Filter.Length == 0)
        {
            writer.WriteNull("filter");
            return;
        }

        writer.WriteStartObject("filter");
        writer.WriteString("conditions", facts.Filter);
        writer.WriteNumber("events_cut", facts.EventsCut);
        writer.WriteNumber("tasks_cut", facts.TasksCut);
        writer.WriteEndObject();
    }

    private static void WriteEvents(Utf8JsonWriter writer, TraceFacts facts)
    {
        writer.WriteStartObject("events");
        writer.WriteNumber("total", facts.EventsTotal);
        writer.WriteNumber("stored", facts.EventsStored);
        writer.WriteStartObject("by_kind");
        foreach (EventKind kind in EventKinds.All)
        {
            if (facts.CountOf(kind) > 0 || s_alwaysShown.Contains(kind))
                writer.WriteNumber(EventKinds.Name(kind), facts.CountOf(kind));
        }

        writer.WriteEndObject();
        writer.WriteStartObject("skipped");
        foreach ((string name, long count) in facts.EventsSkipped)
            writer.WriteNumber(name, count);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteLosses(Utf8JsonWriter writer, TraceFacts facts)
    {
        writer.WriteStartArray("losses");
        foreach (LossInterval loss in facts.Losses)
        {
            writer.WriteStartObject();
            writer.WriteNumberOrNull("cpu", loss.Cpu < 0 ? null : (long?)loss.Cpu);
            writer.WriteNumberOrNull("from_ns", loss.FromNs == long.MinValue ? null : (long?)loss.FromNs);
            writer.WriteNumberOrNull("to_ns", loss.ToNs == long.MaxValue ? null : (long?)loss.ToNs);
            writer.WriteNumberOrNull("events", loss.Events < 0 ? null : (long?)loss.Events);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteIssues(Utf8JsonWriter writer, TraceFacts facts)
    {
        writer.WriteStartArray("issues");
        foreach (ImportIssue issue in facts.Issues)
        {
            writer.WriteStartObject();
            writer.WriteString("severity", SeverityNames.Of(issue.Severity));
            writer.WriteString("code", issue.Code);
            writer.WriteString("message", issue.Message);
            writer.WriteNumber("count", issue.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

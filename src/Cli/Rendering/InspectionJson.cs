using System.Text.Json;
using ForkTrace.Replay.Inspection;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>inspect --json</c> says.</summary>
internal static class InspectionJson
{
    public static void Write(Utf8JsonWriter writer, TraceInspection inspection)
    {
        writer.WriteStartObject();
        FactsJson.Write(writer, inspection.Facts, inspection.Evidence);
        writer.WriteNumber("forks", inspection.Forks);
        writer.WriteNumberOrNull("forks_per_second", inspection.ForksPerSecond);
        LifetimeSummary lifetimes = inspection.Lifetimes;
        bool isKnown = lifetimes.Tasks > 0;
        writer.WriteStartObject("lifetime_ns");
        writer.WriteNumber("tasks", lifetimes.Tasks);
        writer.WriteNumberOrNull("p50", isKnown ? (long?)lifetimes.P50Ns : null);
        writer.WriteNumberOrNull("p99", isKnown ? (long?)lifetimes.P99Ns : null);
        writer.WriteEndObject();
        if (inspection.Record is { } record)
        {
            writer.WriteStartObject("record");
            writer.WriteString("trace_cmd", record.TraceCmd);
            writer.WriteString("perf", record.Perf);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("record");
        }

        writer.WriteEndObject();
    }
}

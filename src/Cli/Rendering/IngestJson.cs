using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.Replay.Inspection;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>ingest --json</c> says.</summary>
internal static class IngestJson
{
    public static void Write(Utf8JsonWriter writer, TraceFacts facts, TraceEvidence evidence, string output)
    {
        writer.WriteStartObject();
        FactsJson.Write(writer, facts, evidence);
        writer.WriteString("output", output);
        writer.WriteEndObject();
    }
}

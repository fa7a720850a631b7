using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.Replay.Inspection;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Cli.Rendering;

/// <summary>From which events a trace's stack operations are known, and what is missing, as members of the writer's JSON object.</summary>
internal static class EvidenceJson
{
    public static void Write(Utf8JsonWriter writer, TraceEvidence evidence)
    {
        foreach (OperationSource source in evidence.Operations)
        {
            writer.WriteStartObject(EvidenceNames.Of(source.Operation));
            writer.WriteString("known_as", EvidenceNames.Of(source.Evidence));
            writer.WriteTextOrNull("event", source.Event);
            writer.WriteString("explanation", source.Explanation);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("missing");
        foreach (MissingEvent missing in evidence.Missing)
        {
            writer.WriteStartObject();
            writer.WriteString("event", missing.Event);
            writer.WriteString("gain", missing.Gain);
            writer.WriteBoolean("ground_truth", missing.IsGroundTruth);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("ground_truth");
        foreach (EventKind kind in evidence.GroundTruth)
            writer.WriteStringValue(EventKinds.Name(kind));
        writer.WriteEndArray();
    }
}

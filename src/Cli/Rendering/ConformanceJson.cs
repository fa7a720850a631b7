using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Replay.Conformance;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>policy check --json</c> says. Shape: docs/json.md.</summary>
internal static class ConformanceJson
{
    public static void Write(
        Utf8JsonWriter writer, IReadOnlyList<(string Policy, ImmutableArray<ConformanceOutcome> Outcomes)> results)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("policies");
        foreach ((string policy, ImmutableArray<ConformanceOutcome> outcomes) in results)
        {
            writer.WriteStartObject();
            writer.WriteString("policy", policy);
            writer.WriteBoolean("conforms", outcomes.All(outcome => outcome.Failure is null));
            writer.WriteStartArray("checks");
            foreach (ConformanceOutcome outcome in outcomes)
            {
                writer.WriteStartObject();
                writer.WriteString("name", outcome.Check.Name);
                writer.WriteBoolean("passes", outcome.Failure is null);
                writer.WriteTextOrNull("failure", outcome.Failure);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

using System.Text.Json;
using ForkTrace.Replay.Fidelity;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>validate --json</c> says. Shape: docs/json.md.</summary>
internal static class ValidationJson
{
    public static void Write(Utf8JsonWriter writer, IEnumerable<ValidationResult> results)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("results");
        foreach (ValidationResult result in results)
            WriteResult(writer, result);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, ValidationResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("trace", result.Trace);
        writer.WriteString("policy", result.Policy);
        writer.WriteString("evidence", result.Evidence);
        writer.WriteNumber("seed", result.Seed);
        writer.WriteString("rcu_model", result.RcuModel);
        writer.WriteTextOrNull("pins", result.Pins);
        writer.WriteTextOrNull("topology", result.Topology);
        writer.WriteNumber("forks", result.Forks);
        writer.WriteNumber("agreement", result.Agreement);
        WriteInterval(writer, "agreement_interval", result.AgreementInterval);
        writer.WriteNumber("predicted_hit_rate", result.PredictedHitRate);
        writer.WriteNumber("true_hit_rate", result.TrueHitRate);
        WriteInterval(writer, "true_hit_rate_interval", result.TrueHitRateInterval);
        writer.WriteStartObject("confusion");
        writer.WriteNumber("true_hits", result.TrueHits);
        writer.WriteNumber("true_misses", result.TrueMisses);
        writer.WriteNumber("false_hits", result.FalseHits);
        writer.WriteNumber("false_misses", result.FalseMisses);
        writer.WriteEndObject();
        writer.WriteStartObject("disagreements");
        foreach (DisagreementCause cause in Enum.GetValues<DisagreementCause>())
            writer.WriteNumber(DisagreementText.Name(cause), result.Disagreements.Count(found => found.Cause == cause));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteInterval(Utf8JsonWriter writer, string name, (double Low, double High) interval)
    {
        writer.WriteStartArray(name);
        writer.WriteNumberValue(interval.Low);
        writer.WriteNumberValue(interval.High);
        writer.WriteEndArray();
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.Replay.Fidelity;
using ForkTrace.Replay.Inspection;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Rendering;

/// <summary>What <c>run --json</c> and <c>replay --json</c> say: the trace and one object a policy. Shape: docs/json.md.</summary>
internal static class ResultsJson
{
    public static void Write(Utf8JsonWriter writer, TraceFacts facts, string? database, ImmutableArray<CellResult> results)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("trace");
        FactsJson.Write(writer, facts, TraceEvidence.Of(facts));
        writer.WriteEndObject();
        writer.WriteTextOrNull("database", database);
        WriteExpectedAgreement(writer, facts);
        writer.WriteStartArray("results");
        foreach (CellResult result in results)
            WriteResult(writer, result);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteExpectedAgreement(Utf8JsonWriter writer, TraceFacts facts)
    {
        if (ExpectedAgreement.Of(facts) is not { } expected)
        {
            writer.WriteNull("expected_agreement");
            return;
        }

        writer.WriteStartObject("expected_agreement");
        writer.WriteString("evidence", expected.Evidence);
        foreach (AgreementRange range in expected.Ranges)
        {
            writer.WriteStartObject(range.Machine);
            writer.WriteNumber("low", range.Low);
            writer.WriteNumber("high", range.High);
            writer.WriteNumber("recordings", range.Recordings);
            writer.WriteNumber("forks", range.Forks);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, CellResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("trace", result.Trace);
        writer.WriteString("policy", result.Policy);
        writer.WriteStartObject("parameters");
        foreach ((string name, long value) in result.Parameters)
            writer.WriteNumber(name, value);
        writer.WriteEndObject();
        WriteFigures(writer, result);
        writer.WriteTextOrNull("grade", result.Unmet is null ? result.Grade.Level.ToString() : null);
        WriteEvidence(writer, result.Grade);
        writer.WriteString("cell", result.Cell);
        writer.WriteString("cost_model", result.CostModel);
        writer.WriteNumber("seed", result.Seed);
        writer.WriteTextOrNull("unmet", result.Unmet);
        writer.WriteEndObject();
    }

    // A policy that the trace cannot answer for has no figures: null, never 0.
    private static void WriteFigures(Utf8JsonWriter writer, CellResult result)
    {
        bool isMet = result.Unmet is null;
        writer.WriteNumberOrNull("allocations", isMet ? (long?)result.Allocations : null);
        writer.WriteNumberOrNull("failed_forks", isMet ? (long?)result.FailedForks : null);
        writer.WriteNumberOrNull("hits", isMet ? (long?)result.Hits : null);
        writer.WriteNumberOrNull("misses", isMet ? (long?)result.Misses : null);
        writer.WriteNumberOrNull("hit_rate", isMet ? (double?)result.HitRate : null);
        WriteCosts(writer, result, isMet);
        writer.WriteStartObject("memory");
        WriteStock(writer, "live", result.Memory.Live, isMet);
        WriteStock(writer, "cached", result.Memory.Cached, isMet);
        WriteStock(writer, "waiting_for_rcu", result.Memory.WaitingForRcu, isMet);
        writer.WriteEndObject();
        writer.WriteNumberOrNull("cached_at_release", isMet ? (long?)result.CachedAtRelease : null);
        writer.WriteNumberOrNull("cached_by_callback", isMet ? (long?)result.CachedByCallback : null);
        writer.WriteNumberOrNull("queued_for_rcu", isMet ? (long?)result.QueuedForRcu : null);
        writer.WriteNumberOrNull("freed", isMet ? (long?)result.Freed : null);
    }

    private static void WriteCosts(Utf8JsonWriter writer, CellResult result, bool isMet)
    {
        LatencyHistogram latency = result.Latency;
        writer.WriteStartObject("cost_ns");
        writer.WriteNumberOrNull("mean", isMet ? (double?)latency.MeanNs : null);
        writer.WriteNumberOrNull("p50", isMet ? (double?)latency.QuantileNs(0.50) : null);
        writer.WriteNumberOrNull("p90", isMet ? (double?)latency.QuantileNs(0.90) : null);
        writer.WriteNumberOrNull("p99", isMet ? (double?)latency.QuantileNs(0.99) : null);
        writer.WriteNumberOrNull("p999", isMet ? (double?)latency.QuantileNs(0.999) : null);
        writer.WriteNumberOrNull("max", isMet ? (long?)latency.MaxNs : null);
        writer.WriteNumberOrNull("difference_to_pages", isMet ? (double?)result.DifferenceToPagesNs : null);
        writer.WriteEndObject();
    }

    private static void WriteStock(Utf8JsonWriter writer, string name, StockUse stock, bool isMet)
    {
        writer.WriteStartObject(name);
        writer.WriteNumberOrNull("peak_bytes", isMet ? (long?)stock.PeakBytes : null);
        writer.WriteNumberOrNull("mean_bytes", isMet ? (double?)stock.MeanBytes : null);
        writer.WriteNumberOrNull("end_bytes", isMet ? (long?)stock.EndBytes : null);
        writer.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter writer, Grade grade)
    {
        writer.WriteStartObject("evidence");
        foreach (OperationEvidence use in grade.Uses)
        {
            writer.WriteStartObject(use.Name);
            writer.WriteNumber("observed", use.Observed);
            writer.WriteNumber("inferred", use.Inferred);
            writer.WriteNumber("modelled", use.Modelled);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}

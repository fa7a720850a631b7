using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.Replay.Fidelity;
using ForkTrace.Replay.Inspection;
using ForkTrace.Replay.Lifecycle;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Rendering;

/// <summary>
/// What <c>run --json</c> and <c>replay --json</c> say: the trace and one object a policy; curves where capacities were swept. Shape:
/// docs/json.md.
/// </summary>
internal static class ResultsJson
{
    public static void Write(Utf8JsonWriter writer, TraceFacts facts, string? database, ImmutableArray<CellResult> results, bool hasSeries)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("trace");
        FactsJson.Write(writer, facts, TraceEvidence.Of(facts));
        writer.WriteEndObject();
        writer.WriteTextOrNull("database", database);
        WriteExpectedAgreement(
            writer, results.Any(result => result.ExpectedAgreementHigh is not null) ? ExpectedAgreement.Of(facts) : null);
        writer.WriteStartArray("results");
        foreach (CellResult result in results)
            WriteResult(writer, result, hasSeries);
        writer.WriteEndArray();
        CurvesJson.Write(writer, HitRateCurve.Of(results));
        writer.WriteEndObject();
    }

    private static void WriteExpectedAgreement(Utf8JsonWriter writer, ExpectedAgreement? expected)
    {
        if (expected is null)
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

    private static void WriteResult(Utf8JsonWriter writer, CellResult result, bool hasSeries)
    {
        writer.WriteStartObject();
        writer.WriteString("trace", result.Trace);
        writer.WriteString("policy", result.Policy);
        writer.WriteNumber("policy_version", result.PolicyVersion);
        writer.WriteNumber("engine_version", result.EngineVersion);
        writer.WriteStartObject("parameters");
        foreach ((string name, long value) in result.Parameters)
            writer.WriteNumber(name, value);
        writer.WriteEndObject();
        FiguresJson.Write(writer, result);
        BreakdownJson.Write(writer, result, hasSeries);
        writer.WriteTextOrNull("grade", result.Unmet is null ? result.Grade.Level.ToString() : null);
        WriteExpected(writer, result);
        WriteEvidence(writer, result.Grade);
        writer.WriteString("cell", result.Cell);
        writer.WriteString("cost_model", result.CostModel);
        writer.WriteNumber("seed", result.Seed);
        writer.WriteNumber("warmup_ns", result.WarmupNs);
        writer.WriteString("start", result.StartsFull ? "full" : "empty");
        writer.WriteString("rcu_model", result.RcuModel.Length > 0 ? result.RcuModel : RcuModel.Default.ToString());
        writer.WriteTextOrNull("pins", result.Pins);
        writer.WriteTextOrNull("topology", result.Topology);
        writer.WriteNumber("vfree_delay_ns", result.VfreeDelayNs);
        writer.WriteTextOrNull("unmet", result.Unmet);
        writer.WriteEndObject();
    }

    private static void WriteExpected(Utf8JsonWriter writer, CellResult result)
    {
        writer.WriteStartObject("expected_agreement");
        writer.WriteNumberOrNull("low", result.ExpectedAgreementLow);
        writer.WriteNumberOrNull("high", result.ExpectedAgreementHigh);
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

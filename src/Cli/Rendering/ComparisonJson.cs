using System.Text.Json;
using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Cli.Rendering;

/// <summary>A comparison as JSON (docs/json.md).</summary>
internal static class ComparisonJson
{
    public static void Write(Utf8JsonWriter writer, JudgedComparison judged)
    {
        ResultComparison comparison = judged.Comparison;
        writer.WriteStartObject();
        writer.WriteString("base", comparison.Base.Name);
        writer.WriteString("head", comparison.Head.Name);
        writer.WriteBoolean("regressed", judged.IsRegressed);
        WriteTexts(writer, "notes", judged.Notes);
        writer.WriteNumber("shared_cells", comparison.Pairs.Length);
        WriteTexts(writer, "only_in_base", comparison.OnlyInBase.Select(cell => cell.Id));
        WriteTexts(writer, "only_in_head", comparison.OnlyInHead.Select(cell => cell.Id));
        writer.WriteStartArray("changes");
        foreach (MetricChange change in comparison.Changes)
        {
            WriteCell(writer, change.Cell, change.Metric, change.Base, change.Head);
            writer.WriteNumberOrNull("difference", change.Difference);
            writer.WriteNumberOrNull("ratio", change.Ratio);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("verdicts");
        foreach (Verdict verdict in judged.Verdicts)
        {
            WriteCell(writer, verdict.Cell, verdict.Metric, verdict.Base, verdict.Head);
            writer.WriteString("limit", verdict.Limit.ToString());
            writer.WriteString("verdict", verdict.Word);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("reasons");
        foreach (MissShift shift in judged.Reasons().SelectMany(reason => reason))
        {
            WriteCell(writer, shift.Cell);
            writer.WriteString("cause", shift.Cause);
            writer.WriteNumber("base", shift.Base);
            writer.WriteNumber("head", shift.Head);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter writer, ComparedCell cell, string metric, double? before, double? after)
    {
        WriteCell(writer, cell);
        writer.WriteString("metric", metric);
        writer.WriteNumberOrNull("base", before);
        writer.WriteNumberOrNull("head", after);
    }

    private static void WriteCell(Utf8JsonWriter writer, ComparedCell cell)
    {
        writer.WriteStartObject();
        writer.WriteString("cell", cell.Id);
        writer.WriteString("trace", cell.Trace);
        writer.WriteString("policy", cell.Policy);
        writer.WriteString("parameters", cell.Parameters);
        writer.WriteString("cost_model", cell.CostModel);
        writer.WriteString("seed", cell.Seed);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}

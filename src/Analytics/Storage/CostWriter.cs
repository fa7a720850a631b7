using ForkTrace.Replay.Costs;

namespace ForkTrace.Analytics.Storage;

/// <summary>Writes the prices that a run used.</summary>
internal sealed class CostWriter(DuckDBConnection connection, long run)
{
    public void Write(IReadOnlyList<CostModel> models)
    {
        using DuckDBAppender appender = connection.CreateAppender("cost_parts");
        foreach (CostModel model in models)
        {
            foreach (CostPart part in model.Parts)
                Append(appender.CreateRow(), model, part);
        }

        appender.Close();
    }

    private void Append(IDuckDBAppenderRow row, CostModel model, CostPart part) => row
        .AppendValue(run).AppendValue(model.Name).AppendValue(part.Name)
        .AppendValue(part.IsKnown ? part.Basis.ToString().ToLowerInvariant() : null)
        .AppendValue(part.Price?.QuantileNs(0.5)).AppendValue(part.Price?.MeanNs)
        .AppendValue(part.IntervalNs?.LowNs).AppendValue(part.IntervalNs?.HighNs)
        .AppendValue(part.Within.IsEmpty ? null : string.Join(", ", part.Within.Select(CostOperations.Name)))
        .AppendValue(Known(part.Machine)).AppendValue(Known(part.Kernels?.ToString() ?? ""))
        .AppendValue(part.Source.Length > 0 ? part.Source : model.Source)
        .EndRow();

    private static string? Known(string text) => text.Length == 0 ? null : text;
}

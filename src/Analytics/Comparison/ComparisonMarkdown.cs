namespace ForkTrace.Analytics.Comparison;

/// <summary>A comparison as Markdown, for a job's summary or a comment on a pull request.</summary>
public static class ComparisonMarkdown
{
    // A comment on GitHub holds 65536 characters.
    private const int RowsMax = 100;
    private const string Harmless = " .,:;=%+-/()";

    /// <summary>Writes it.</summary>
    public static void Write(JudgedComparison judged, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(judged);
        ArgumentNullException.ThrowIfNull(writer);
        string mark = judged.IsRegressed ? "❌ " : judged.Verdicts.IsEmpty ? "" : "✅ ";
        writer.Write($"## {mark}ForkTrace: {Escape(judged.Headline())}\n\n");
        writer.Write($"Base {Escape(judged.Comparison.Base.Name)}, head {Escape(judged.Comparison.Head.Name)}.\n\n");
        foreach (string note in judged.Notes)
            writer.Write($"* {Escape(note)}\n");
        if (judged.Notes.Length > 0)
            writer.Write('\n');
        WriteRegressions(judged, writer);
        WriteChanges(judged.Comparison, writer);
    }

    private static void WriteRegressions(JudgedComparison judged, TextWriter writer)
    {
        if (!judged.IsRegressed)
            return;
        writer.Write("| Recording | Policy | Metric | Base | Head | Limit | |\n|---|---|---|--:|--:|--:|---|\n");
        foreach (Verdict verdict in judged.Regressions.Take(RowsMax))
        {
            WriteRow(
                writer,
                [
                    .. Cell(verdict.Cell), verdict.Metric, FigureText.Of(verdict.Metric, verdict.Base),
                    FigureText.Of(verdict.Metric, verdict.Head), verdict.Limit.ToString(), verdict.Word,
                ]);
        }

        WriteRest(judged.Regressions.Count(), writer);
        writer.Write('\n');
        IReadOnlyList<IGrouping<ComparedCell, MissShift>> reasons = judged.Reasons();
        foreach (IGrouping<ComparedCell, MissShift> reason in reasons.Take(RowsMax))
            writer.Write($"* {Escape($"{reason.Key}: forks that missed for {string.Join(", ", reason)}")}\n");
        if (reasons.Count > 0)
            writer.Write('\n');
    }

    private static void WriteChanges(ResultComparison comparison, TextWriter writer)
    {
        if (comparison.Changes.IsEmpty)
        {
            writer.Write("No figure changed.\n");
            return;
        }

        writer.Write($"<details><summary>{comparison.Changes.Length} figures changed</summary>\n\n");
        writer.Write("| Recording | Policy | Metric | Base | Head | Change |\n|---|---|---|--:|--:|--:|\n");
        foreach (MetricChange change in comparison.Changes.Take(RowsMax))
        {
            WriteRow(
                writer,
                [
                    .. Cell(change.Cell), change.Metric, FigureText.Of(change.Metric, change.Base),
                    FigureText.Of(change.Metric, change.Head), FigureText.OfChange(change),
                ]);
        }

        WriteRest(comparison.Changes.Length, writer);
        writer.Write("\n</details>\n");
    }

    private static void WriteRow(TextWriter writer, IEnumerable<string> cells) =>
        writer.Write($"| {string.Join(" | ", cells.Select(Escape))} |\n");

    private static void WriteRest(int count, TextWriter writer)
    {
        if (count > RowsMax)
            writer.Write($"\nThe first {RowsMax} of {count} are shown.\n");
    }

    private static string[] Cell(ComparedCell cell) =>
        [cell.Trace, cell.Parameters.Length == 0 ? cell.Policy : $"{cell.Policy}:{cell.Parameters}"];

    // Names out of a recording make no markup, no link and no mention: whatever Markdown may read goes in as a character reference.
    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || (rune.IsAscii && Harmless.Contains((char)rune.Value, StringComparison.Ordinal)))
                escaped.Append(rune.ToString());
            else if (Rune.IsControl(rune))
                escaped.Append(' ');
            else
                escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"&#{rune.Value};");
        }

        return escaped.ToString();
    }
}

namespace ForkTrace.Analytics.Comparison;

/// <summary>A comparison as Markdown, for a job's summary or a comment on a pull request.</summary>
public static class ComparisonMarkdown
{
    // GitHub limits a comment to 65536 characters.
    private const int RowsMax = 100;
    private const int ChangesMax = 10;
    private const string Harmless = " .,:;=%+-/()";

    /// <summary>Writes it.</summary>
    /// <param name="judged">The comparison.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="all">Every change instead of the ten that matter most.</param>
    public static void Write(JudgedComparison judged, TextWriter writer, bool all = false)
    {
        ArgumentNullException.ThrowIfNull(judged);
        ArgumentNullException.ThrowIfNull(writer);
        string mark = judged.IsRegressed ? "❌ " : judged.IsOutdated ? "⚠️ " : judged.HasRules ? "✅ " : "";
        writer.Write($"## {mark}ForkTrace: {Escape(judged.Headline())}\n\n");
        string before = judged.Comparison.IsAlone ? "No base" : $"Base {Escape(judged.Comparison.Base.Name)}";
        writer.Write($"{before}, head {Escape(judged.Comparison.Head.Name)}.\n\n");
        string[] notes = [.. judged.Advice(), .. judged.Notes];
        foreach (string note in notes)
            writer.Write($"* {Escape(note)}\n");
        if (notes.Length > 0)
            writer.Write('\n');
        WriteBrokenRules(judged, writer);
        WriteRegressions(judged, writer);
        if (!judged.Comparison.IsAlone)
            WriteChanges(judged.Comparison, writer, all ? int.MaxValue : ChangesMax);
    }

    private static void WriteBrokenRules(JudgedComparison judged, TextWriter writer)
    {
        if (!judged.BrokenRules.Any())
            return;
        writer.Write("| Broken rule | Recording | Why |\n|---|---|---|\n");
        foreach (PolicyVerdict verdict in judged.BrokenRules.Take(RowsMax))
            writer.Write($"| {Escape(verdict.Rule.Text)} | {Escape(verdict.Scope)} | {string.Join("<br>", verdict.Lines().Select(Escape))} |\n");
        WriteRest(judged.BrokenRules.Count(), writer);
        writer.Write('\n');
    }

    private static void WriteRegressions(JudgedComparison judged, TextWriter writer)
    {
        if (!judged.Regressions.Any())
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

    private static void WriteChanges(ResultComparison comparison, TextWriter writer, int rows)
    {
        if (comparison.Changes.IsEmpty)
        {
            writer.Write("No figure changed.\n");
            return;
        }

        writer.Write($"<details><summary>{comparison.Changes.Length} figures changed</summary>\n\n");
        writer.Write("| Recording | Policy | Metric | Base | Head | Change |\n|---|---|---|--:|--:|--:|\n");
        foreach (MetricChange change in comparison.RankedChanges().Take(rows))
        {
            WriteRow(
                writer,
                [
                    .. Cell(change.Cell), change.Metric, FigureText.Of(change.Metric, change.Base),
                    FigureText.Of(change.Metric, change.Head), FigureText.OfChange(change),
                ]);
        }

        if (comparison.Changes.Length > rows)
            writer.Write($"\n{comparison.Changes.Length - rows} more differ.\n");
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
        [cell.Trace, cell.PolicyText];

    // Names from a recording must not become markup, links or mentions: characters that mean something in Markdown become references.
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

using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Cli.Commands;

/// <summary>Shows a comparison to a person: what is compared, what makes it doubtful, which rules broke and why, what changed.</summary>
internal static class ComparisonText
{
    // Without --all.
    private const int RowsMax = 10;

    /// <summary>The option that shows every row.</summary>
    public static Option<bool> All() => new("--all")
    {
        Description = $"Show every difference instead of the {RowsMax} most important ones.",
    };

    /// <summary>The exit code of a comparison. A broken rule takes precedence over an outdated baseline.</summary>
    public static ExitCode ExitCodeOf(JudgedComparison judged) => judged.IsRegressed ? ExitCode.Regressed
        : judged.IsOutdated ? ExitCode.BaselineOutdated : ExitCode.Success;

    public static void Write(Terminal terminal, JudgedComparison judged, bool all)
    {
        LabelledLines lines = new(terminal);
        if (!judged.Comparison.IsAlone)
            lines.Add("base", judged.Comparison.Base.Name);
        lines.Add("head", judged.Comparison.Head.Name);
        foreach (string note in judged.Notes)
            lines.Add("note", note);
        lines.Add("result", judged.Headline());
        foreach (string advice in judged.Advice())
            lines.Add("to do", advice);
        int rows = all ? int.MaxValue : RowsMax;
        if (judged.BrokenRules.Any())
            WriteBrokenRules(terminal, judged, rows);
        if (judged.Regressions.Any())
            WriteRegressions(terminal, judged, rows);
        if (!judged.Comparison.Changes.IsEmpty)
            WriteChanges(terminal, judged.Comparison, rows);
    }

    private static void WriteBrokenRules(Terminal terminal, JudgedComparison judged, int rows)
    {
        foreach (PolicyVerdict verdict in judged.BrokenRules.Take(rows))
        {
            LabelledLines lines = new(terminal);
            lines.Add("broken rule", verdict.Rule.Text);
            lines.Add("  in", verdict.Scope);
            foreach (string line in verdict.Lines())
                lines.Add("  why", line);
        }

        SayRest(terminal, judged.BrokenRules.Count() - rows, "more broken rules");
    }

    private static void WriteRegressions(Terminal terminal, JudgedComparison judged, int rows)
    {
        TextTable table = Table(["Regressed", "Policy", "Metric"], ["Base", "Head", "Limit", "Verdict"]);
        foreach (Verdict verdict in judged.Regressions.Take(rows))
        {
            string before = FigureText.Of(verdict.Metric, verdict.Base);
            string after = FigureText.Of(verdict.Metric, verdict.Head);
            table.AddRow([verdict.Cell.Trace, verdict.Cell.PolicyText, verdict.Metric, before, after, verdict.Limit.ToString(), verdict.Word]);
        }

        table.Write(terminal);
        SayRest(terminal, judged.Regressions.Count() - rows, "more broken limits");
        LabelledLines lines = new(terminal);
        foreach (IGrouping<ComparedCell, MissShift> reason in judged.Reasons().Take(rows))
            lines.Add("why", $"{reason.Key}: forks that missed for {string.Join(", ", reason)}");
    }

    private static void WriteChanges(Terminal terminal, ResultComparison comparison, int rows)
    {
        TextTable table = Table(["Changed", "Policy", "Metric"], ["Base", "Head", "Change"]);
        foreach (MetricChange change in comparison.RankedChanges().Take(rows))
        {
            string before = FigureText.Of(change.Metric, change.Base);
            string after = FigureText.Of(change.Metric, change.Head);
            table.AddRow([change.Cell.Trace, change.Cell.PolicyText, change.Metric, before, after, FigureText.OfChange(change)]);
        }

        table.Write(terminal);
        SayRest(terminal, comparison.Changes.Length - rows, $"more figures differ, in {Cells(comparison.RankedChanges().Skip(rows))}");
    }

    private static TextTable Table(string[] texts, string[] numbers)
    {
        TextTable table = new();
        foreach (string title in texts)
            table.AddColumn(title);
        foreach (string title in numbers)
            table.AddColumn(title, isNumber: true);
        return table;
    }

    private static string Cells(IEnumerable<MetricChange> changes)
    {
        int count = changes.Select(change => change.Cell).Distinct().Count();
        return count == 1 ? "1 cell" : $"{Readable.Count(count)} cells";
    }

    private static void SayRest(Terminal terminal, int count, string what)
    {
        if (count > 0)
            terminal.Out.WriteLine($"  {Readable.Count(count)} {what} (--all shows them)");
    }
}

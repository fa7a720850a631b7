using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Cli.Commands;

/// <summary>A comparison for a person: what is compared, what makes it doubtful, what broke a limit, what changed.</summary>
internal static class ComparisonText
{
    private const int RowsMax = 200;

    public static void Write(Terminal terminal, JudgedComparison judged)
    {
        LabelledLines lines = new(terminal);
        lines.Add("base", judged.Comparison.Base.Name);
        lines.Add("head", judged.Comparison.Head.Name);
        foreach (string note in judged.Notes)
            lines.Add("note", note);
        lines.Add("result", judged.Headline());
        if (judged.IsRegressed)
            WriteRegressions(terminal, judged);
        if (!judged.Comparison.Changes.IsEmpty)
            WriteChanges(terminal, judged.Comparison);
    }

    private static void WriteRegressions(Terminal terminal, JudgedComparison judged)
    {
        TextTable table = Table(["Regressed", "Policy", "Metric"], ["Base", "Head", "Limit", "Verdict"]);
        foreach (Verdict verdict in judged.Regressions.Take(RowsMax))
        {
            string before = FigureText.Of(verdict.Metric, verdict.Base);
            string after = FigureText.Of(verdict.Metric, verdict.Head);
            table.AddRow([verdict.Cell.Trace, Policy(verdict.Cell), verdict.Metric, before, after, verdict.Limit.ToString(), verdict.Word]);
        }

        table.Write(terminal);
        SayRest(judged.Regressions.Count());
        LabelledLines lines = new(terminal);
        foreach (IGrouping<ComparedCell, MissShift> reason in judged.Reasons().Take(RowsMax))
            lines.Add("why", $"{reason.Key}: forks that missed for {string.Join(", ", reason)}");
    }

    private static void WriteChanges(Terminal terminal, ResultComparison comparison)
    {
        TextTable table = Table(["Changed", "Policy", "Metric"], ["Base", "Head", "Change"]);
        foreach (MetricChange change in comparison.Changes.Take(RowsMax))
        {
            string before = FigureText.Of(change.Metric, change.Base);
            string after = FigureText.Of(change.Metric, change.Head);
            table.AddRow([change.Cell.Trace, Policy(change.Cell), change.Metric, before, after, FigureText.OfChange(change)]);
        }

        table.Write(terminal);
        SayRest(comparison.Changes.Length);
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

    private static string Policy(ComparedCell cell) => cell.Parameters.Length == 0 ? cell.Policy : $"{cell.Policy}:{cell.Parameters}";

    private static void SayRest(int count)
    {
        if (count > RowsMax)
            Terminal.Note($"forktrace: the first {RowsMax} of {Readable.Count(count)} are shown; --json has all");
    }
}

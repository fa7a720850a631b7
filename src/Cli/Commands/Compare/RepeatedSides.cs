using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Storage;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary><c>compare A... -- B...</c>: compares recordings of one load with those of another.</summary>
internal static class RepeatedSides
{
    /// <summary>The cells of all files of one side. Databases and baselines are read; recordings are replayed with the default policies.</summary>
    public static ImmutableArray<ComparedCell> Read(string[] paths)
    {
        ImmutableArray<ComparedCell> cells = [.. paths.SelectMany(path => IsRecording(path) ? Replay(path) : CompareCommand.ReadSide(path).Cells)];
        if (cells.GroupBy(cell => cell.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"{twice.First()} is given twice on one side: give each recording once");
        return cells;
    }

    private static bool IsRecording(string path) => File.Exists(path) && !ResultsFile.IsDatabase(path) && !BaselineFile.IsBaseline(path);

    // The database is deleted afterwards.
    private static ImmutableArray<ComparedCell> Replay(string path)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using EventTable events = TraceOptions.ReadPlain(path);
        using TemporaryPath folder = TemporaryPath.NewFolder();
        using ResultsDatabase database = ResultsDatabase.Open(Path.Combine(folder.Path, "results.duckdb"));
        using ProgressLine line = ProgressLine.Start();
        RunFindings findings = RunFindings.Of(events, ReplayPlan.Default with { Progress = line.Progress });
        long run = database.AddRun(new RunDescription(ToolVersion.Text, "compare", now, now), findings, line.Progress);
        return ComparisonSide.Read(database, path, run).Cells;
    }
}

/// <summary>The output of <c>compare A... -- B... --json</c>.</summary>
internal sealed record RepeatedComparisonDocument(
    string[] Base, string[] Head, RepeatedChangeDocument[] Changes, string[] OnlyOneSide)
{
    public static RepeatedComparisonDocument Of(string[] before, string[] after, RepeatedComparison comparison) =>
        new(before, after, [.. comparison.Changes.Select(change => new RepeatedChangeDocument(change))], [.. comparison.OnlyOneSide]);
}

internal sealed class RepeatedChangeDocument(RepeatedChange change)
{
    public string Policy { get; } = change.Policy;

    public string Metric { get; } = change.Metric;

    public SampleDocument Base { get; } = new(change.Base);

    public SampleDocument Head { get; } = new(change.Head);

    public double Difference { get; } = change.Difference.Mean;

    public double? HalfWidth { get; } = change.Difference.HalfWidth;

    public string? Verdict { get; } = JsonOutput.Known(change.Verdict);
}

internal sealed class SampleDocument(Sample sample)
{
    public double Mean { get; } = sample.Mean;

    public double? HalfWidth { get; } = sample.HalfWidth;

    public double[] Values { get; } = [.. sample.Values];
}

/// <summary>The text output of <c>compare A... -- B...</c>.</summary>
internal static class RepeatedComparisonText
{
    public static void Write(Terminal terminal, RepeatedComparisonDocument document)
    {
        LabelledLines lines = new(terminal);
        lines.Add("base", string.Join(", ", document.Base));
        lines.Add("head", string.Join(", ", document.Head));
        if (document.OnlyOneSide.Length > 0)
            lines.Add("note", $"only one side has {string.Join(", ", document.OnlyOneSide)}");
        if (document.Changes.Any(change => change.Verdict is null))
            lines.Add("note", "one recording on a side does not show the noise: no verdict");
        lines.Add("interval", "95 %: Student's t for a mean, Welch's for a difference");
        TextTable table = new();
        table.AddColumn("Policy");
        table.AddColumn("Figure");
        foreach (string title in (string[])["Base", "Head", "Difference"])
            table.AddColumn(title, isNumber: true);
        table.AddColumn("Verdict");
        foreach (RepeatedChangeDocument change in document.Changes)
        {
            table.AddRow(
            [
                change.Policy, change.Metric, Text(change.Metric, change.Base), Text(change.Metric, change.Head),
                Difference(change), Verdict(change),
            ]);
        }

        table.Write(terminal);
    }

    private static string Difference(RepeatedChangeDocument change) =>
        $"{(change.Difference > 0 ? "+" : "")}{SampleText.Of(change.Metric, change.Difference, change.HalfWidth)}";

    private static string Verdict(RepeatedChangeDocument change) =>
        $"{change.Verdict ?? "none"} (N = {change.Base.Values.Length}, {change.Head.Values.Length})";

    private static string Text(string metric, SampleDocument sample) => SampleText.Of(metric, sample.Mean, sample.HalfWidth);
}

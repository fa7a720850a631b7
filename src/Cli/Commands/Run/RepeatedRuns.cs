using ForkTrace.Analytics.Comparison;
using ForkTrace.Ingest.Merge;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Cli.Commands;

/// <summary>Recordings of one load that were replayed one after another.</summary>
internal sealed class RepeatedRuns
{
    private readonly List<(RepeatedRecording Recording, ImmutableArray<string> Cells)> _recordings = [];
    private readonly List<(KernelOutcome? Kernel, IReadOnlyCollection<AnswerSetting> Others)> _outcomes = [];
    private readonly Dictionary<string, string> _paths = [];
    private (TraceFacts Facts, string Path)? _first;

    public bool IsEmpty => _recordings.Count == 0;

    /// <summary>
    /// Refuses a recording that is given twice: it would count twice and make the noise look smaller than it is. Refuses another file of
    /// the same recording.
    /// </summary>
    public void RefuseSame(TraceFacts facts, string path)
    {
        if (!_paths.TryAdd(facts.Digest, path))
            throw Same(_paths[facts.Digest], path);
        _first ??= (facts, path);
        (TraceFacts first, string firstPath) = _first.Value;
        if (path != firstPath && SwitchedOutput.IsName(path) && SwitchedOutput.IsName(firstPath) && SwitchedOutput.AreOne(first, facts))
        {
            throw new UsageException(
                $"{firstPath} and {path} are files of one recording (perf record --switch-output), not repeats of a load:"
                + " 'forktrace ingest FILE FILE ... -o joint.arrow' joins them");
        }
    }

    private static UsageException Same(string first, string second) =>
        new($"{second} and {first} are the same recording: give each once");

    /// <summary>Refuses files whose bytes are the same, before the first is read.</summary>
    public static void RefuseTwice(string[] paths)
    {
        if (GivenTwice.Find(paths) is { } twice)
            throw Same(twice.First, twice.Second);
    }

    public void Add(RunFindings findings, string path, long run, ImmutableArray<string> cells)
    {
        TraceFacts facts = findings.Facts;
        _recordings.Add((new RepeatedRecording(path, facts.Kernel, facts.Forks, run), cells));
        KernelOutcome? kernel = findings.Own is { Unmet: null } own ? KernelOutcome.Of(own) : null;
        _outcomes.Add((kernel, AnswerSetting.All(findings.Results, findings.Curves)));
    }

    /// <summary>The results of these recordings in the database.</summary>
    public RepeatsDocument Read(string path)
    {
        using ResultsDatabase database = ResultsFile.Open(path);
        ComparedCell[] cells =
        [
            .. _recordings.SelectMany(run => ComparisonSide.Read(database, path, run.Recording.Run).Cells.Where(cell => run.Cells.Contains(cell.Id))),
        ];
        return new RepeatsDocument(
            AnswerDocument.Of(RunAnswer.Over(_outcomes)),
            [.. _recordings.Select(run => run.Recording)],
            [.. RepeatedCell.Of(cells).SelectMany(cell => RepeatedComparison.DefaultMetrics.Select(metric => RepeatedFigure.Of(cell, metric)))]);
    }
}

/// <summary>The output of <c>run A B C --json</c>.</summary>
internal sealed record RepeatsDocument(AnswerDocument Answer, RepeatedRecording[] Recordings, RepeatedFigure[] Figures);

internal sealed record RepeatedRecording(string Path, string Kernel, long Forks, long Run);

/// <summary>A figure of one policy over all recordings. The numbers are null if a recording lacks the figure.</summary>
internal sealed record RepeatedFigure(string Policy, string Metric, int Recordings, double? Mean, double? HalfWidth, double[]? Values)
{
    public static RepeatedFigure Of(RepeatedCell cell, string metric) => cell.SampleOf(metric) is { } sample
        ? new RepeatedFigure(cell.Policy, metric, sample.Values.Length, sample.Mean, sample.HalfWidth, [.. sample.Values])
        : new RepeatedFigure(cell.Policy, metric, cell.Cells.Length, null, null, null);
}

/// <summary>The text output of <c>run A B C</c>.</summary>
internal static class RepeatsText
{
    public static void Write(Terminal terminal, RepeatsDocument document)
    {
        AnswerText.Write(terminal, document.Answer.Kernel, document.Answer.Change);
        LabelledLines lines = new(terminal);
        foreach (RepeatedRecording recording in document.Recordings)
            lines.Add("recording", $"{recording.Path}: {Readable.Count(recording.Forks)} forks, {recording.Kernel}, run {recording.Run}");
        string[] kernels = [.. document.Recordings.Select(recording => recording.Kernel).Distinct()];
        if (kernels.Length > 1)
            lines.Add("note", "the recordings are of different kernels: their spread is not noise alone");
        lines.Add("interval", "95 %, Student's t: where the mean of many such recordings would be");
        TextTable table = new();
        table.AddColumn("Policy");
        foreach (string title in (string[])["N", "Hit rate", "Least", "Most", "Cost mean"])
            table.AddColumn(title, isNumber: true);
        foreach (IGrouping<string, RepeatedFigure> policy in document.Figures.GroupBy(figure => figure.Policy))
        {
            RepeatedFigure[] figures = [.. policy];
            table.AddRow(
            [
                policy.Key, Readable.Count(figures[0].Recordings), SampleText.Of(figures[0].Metric, figures[0].Mean, figures[0].HalfWidth),
                SampleText.Of(figures[0].Metric, figures[0].Values?.Min()), SampleText.Of(figures[0].Metric, figures[0].Values?.Max()),
                SampleText.Of(figures[1].Metric, figures[1].Mean, figures[1].HalfWidth),
            ]);
        }

        table.Write(terminal);
    }
}

/// <summary>A mean and its interval in one unit: <c>64.7 +- 3.1 %</c>, <c>1.35 us +- 20 ns</c>.</summary>
internal static class SampleText
{
    public static string Of(string metric, double? mean, double? halfWidth = null) => mean is not { } number ? "-"
        : IsShare(metric) ? string.Create(CultureInfo.InvariantCulture, $"{100 * number:0.0}{(halfWidth is { } points ? $" +- {100 * points:0.0}" : "")} %")
        : halfWidth is { } width ? $"{Figure(metric, number)} +- {Figure(metric, width)}" : Figure(metric, number);

    private static string Figure(string metric, double value) =>
        metric.EndsWith("_ns", StringComparison.Ordinal) ? Readable.Duration(value)
        : metric.EndsWith("_bytes", StringComparison.Ordinal) && value >= 0 ? Readable.Bytes(value)
        : FigureText.Of(metric, value);

    private static bool IsShare(string metric) =>
        metric.EndsWith("_rate", StringComparison.Ordinal) || metric.EndsWith("_share", StringComparison.Ordinal);
}

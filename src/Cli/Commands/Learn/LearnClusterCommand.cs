using ForkTrace.Analytics.Html;
using ForkTrace.Learning.Clustering;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace learn cluster</c>: finds similar recordings, and a few that represent the rest.</summary>
internal sealed class LearnClusterCommand
{
    private readonly Terminal _terminal;
    private readonly TraceOptions _trace;

    private readonly Option<int> _pick = new("--pick")
    {
        Description = "How many recordings to pick: one per cluster.",
        HelpName = "N",
        DefaultValueFactory = _ => 8,
    };

    private readonly Option<string?> _html = new("--html") { Description = "Also write a map of the recordings as an HTML page.", HelpName = "PAGE" };

    private static readonly string[] s_columns =
        ["judged_on", "picked_by", "picks", "covered_pct", "low", "high", "clusters_ahead_points", "ahead_low", "ahead_high"];

    private readonly LearnOptions _learn;

    private LearnClusterCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _trace = TraceOptions.ForSeveralOrDatabase(command);
        _learn = new LearnOptions(command, _trace, _html, "Also write how well picks represent other recordings: FOLDER/picks.tsv.", _pick);
        _pick.Validators.Add(result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (int.TryParse(given, CultureInfo.InvariantCulture, out int count) && count is < 2 or > 1000)
                result.AddError($"--pick is {count}, but must be 2 to 1000");
        });
        command.SetAction(Run);
    }

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("cluster", "Show which recordings are similar, which few to keep, and which are unlike all others.")
        {
            Examples =
            [
                "forktrace learn cluster *.perf.data --pick 8 --html map.html",
                "forktrace learn cluster results.duckdb --pick 8",
            ],
        };
        _ = new LearnClusterCommand(terminal, command);
        return command;
    }

    private int Run(ParseResult parsed) => LearnOptions.Run(() =>
    {
        int picks = parsed.GetValue(_pick);
        ulong seed = _learn.Seed(parsed);
        OutputSet outputs = _learn.Outputs(parsed);
        OutputFile? page = parsed.GetValue(_html) is { } path ? outputs.Add(path, OutputForm.Page) : null;
        OutputFile? table = _learn.Judge(parsed) is { } folder ? ResultTable.In(outputs, folder, "picks.tsv", s_columns) : null;
        ImmutableArray<ClusteredRecording> recordings = Recordings(parsed);
        RefuseTooFew(recordings, picks);
        RecordingMap map = RecordingMap.Of(recordings, picks, seed);
        ImmutableArray<PickVerdict> verdicts = recordings.All(recording => recording.HitRates.Length > 0) ? PickJudge.Judge(recordings, picks, seed) : [];
        ClusteringDocument document = ClusteringDocument.Of(recordings, map, verdicts);
        if (_learn.Json(parsed))
            JsonOutput.Write(_terminal, document, JsonDocuments.Default.ClusteringDocument);
        else
            ClusterText.Write(_terminal, document);
        if (!verdicts.IsEmpty && verdicts.All(verdict => verdict.Split != PickJudge.LoadsLeftOut))
            Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"no verdict on loads left out: without a fold's loads, fewer than {picks} different recordings are left"));
        if (table is not null)
            Keep(table, verdicts);
        page?.Write(stream => MapPage.Write(stream, [.. document.Recordings.Select(PointOf)]));
        if (page is not null)
            Terminal.Note($"the map is in {page.Path}");
    });

    private static void RefuseTooFew(ImmutableArray<ClusteredRecording> recordings, int picks)
    {
        int places = RecordingMap.PlacesOf(recordings);
        int fewest = Math.Max(picks, RecordingMap.Components) + 1;
        if (places >= fewest)
            return;
        string given = string.Create(CultureInfo.InvariantCulture, $"{recordings.Length} {(recordings.Length == 1 ? "recording was" : "recordings were")} given");
        string differ = places < recordings.Length ? string.Create(CultureInfo.InvariantCulture, $", {places} of them different") : "";
        throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{given}{differ}, but --pick {picks} needs at least {fewest}"));
    }

    private static void Keep(OutputFile table, ImmutableArray<PickVerdict> verdicts)
    {
        ResultTable.Write(
            table,
            s_columns,
            verdicts.Select(verdict => (string[])
            [
                verdict.Split, verdict.Picked, ResultTable.Number(verdict.Picks, 0), .. ResultTable.Numbers(verdict.Covered, 100, 1),
                .. ResultTable.Numbers(verdict.ClustersAhead, 100, 1),
            ]));
        Terminal.Note($"the table is {table.Path}");
    }

    private static MapPoint PointOf(ClusteredRecordingDocument recording) =>
        new(recording.Recording, recording.Point[0], recording.Point[1], recording.Cluster, recording.IsPick, recording.Oddity);

    private ImmutableArray<ClusteredRecording> Recordings(ParseResult parsed)
    {
        string[] paths = _trace.Paths(parsed);
        return paths is [string database] && ResultsFile.IsDatabase(database)
            ? StoredFingerprints.Read(database)
            : _learn.Read(parsed, ClusteredRecording.Of);
    }
}

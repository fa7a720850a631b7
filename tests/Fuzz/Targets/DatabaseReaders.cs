using ForkTrace.Analytics;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Html;
using ForkTrace.Analytics.Reports;
using ForkTrace.Analytics.Storage;
using ForkTrace.Cli.Commands;
using ForkTrace.Replay.Engine;
using ForkTrace.TestKit;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz.Targets;

/// <summary>A small results database as ForkTrace writes it, and all that reads one: the reports, the page, clusters and comparisons.</summary>
internal sealed class DatabaseReaders
{
    private readonly Lazy<byte[]> _whole = new(MakeWhole);
    private readonly Lazy<ComparisonSide> _side;

    public DatabaseReaders() => _side = new(Side);

    /// <summary>The bytes of the database's file.</summary>
    public byte[] Whole => _whole.Value;

    /// <summary>How many readers there are.</summary>
    public static int Count => ReportCatalog.All.Length + 3;

    /// <summary>Lets one of them read. False if it rejects the database.</summary>
    public bool TryRead(string path, int reader)
    {
        try
        {
            using ResultsDatabase database = ResultsDatabase.OpenReadOnly(path);
            Read(database, reader % Count);
            return true;
        }
        catch (ResultsDatabaseException rejection) when (rejection.Message.Length > 0)
        {
            return false;
        }
    }

    private void Read(ResultsDatabase database, int reader)
    {
        switch (reader - ReportCatalog.All.Length)
        {
            case < 0:
                ReadReport(database, ReportCatalog.All[reader]);
                break;
            case 0:
                HtmlReport.Write(database, Stream.Null);
                break;
            case 1:
                StoredFingerprints.Read(database.FilePath);
                break;
            default:
                Compare(ComparisonSide.Read(database, "changed"));
                break;
        }
    }

    private static void ReadReport(ResultsDatabase database, IReport report)
    {
        using QueryResult rows = ReportCatalog.Ask(report, database, null, null, null, isFolded: false);
        while (rows.Read())
        {
            for (int column = 0; column < rows.Columns.Length; column++)
                _ = rows.Text(column);
        }
    }

    private void Compare(ComparisonSide changed)
    {
        foreach (ResultComparison comparison in (ResultComparison[])[ResultComparison.Of(_side.Value, changed), ResultComparison.Of(changed, _side.Value)])
        {
            JudgedComparison judged = JudgedComparison.Of(comparison, rules: null);
            ComparisonMarkdown.Write(judged, TextWriter.Null, all: true);
            ComparisonJunit.Write(judged, Stream.Null);
        }
    }

    private ComparisonSide Side()
    {
        using ScratchFile file = new(Whole);
        using ResultsDatabase database = ResultsDatabase.OpenReadOnly(file.Path);
        return ComparisonSide.Read(database, "as written");
    }

    private static byte[] MakeWhole()
    {
        string path = ScratchFile.NewPath() + ".duckdb";
        using (ResultsDatabase database = ResultsDatabase.Open(path))
        {
            DateTimeOffset then = DateTimeOffset.UnixEpoch;
            using ForkTrace.Events.EventTable events = SyntheticTrace.Random(seed: 1, forks: 60, cpus: 2);
            ReplayPlan plan = Replays.Plan("linux-4.9", "linux-5.18:capacity=1..3", "learned") with { Threads = 1 };
            database.AddRun(new RunDescription("1.0.0", "run", then, then), RunFindings.Of(events, plan));
        }

        byte[] whole = File.ReadAllBytes(path);
        File.Delete(path);
        return whole;
    }
}

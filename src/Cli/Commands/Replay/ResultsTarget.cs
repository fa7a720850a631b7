using ForkTrace.Analytics.Fleet;
using ForkTrace.Analytics.Storage;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>Where a replay keeps its rows: a database, a folder of Parquet files, both, or nowhere.</summary>
/// <param name="Database">The database; null for none.</param>
/// <param name="Folder">The folder; null for none.</param>
/// <param name="Host">The machine that was recorded, for the folder; null to take it from the recording.</param>
internal sealed record ResultsTarget(OutputFile? Database, string? Folder = null, string? Host = null)
{
    public static ResultsTarget None { get; } = new(Database: null);

    /// <summary>The path where the rows can be read again; null if they are not kept.</summary>
    public string? Path => Database?.Path ?? Folder;

    /// <summary>Adds a run.</summary>
    /// <returns>The number of the run at <see cref="Path"/>.</returns>
    public long Add(RunDescription run, ReplayPlan plan, RunFindings findings, WorkProgress? progress)
    {
        if (findings.Facts.Digest.Length == 0)
        {
            string why = "has no digest of its recording, which the database needs: ingest the recording again";
            throw new UsageException($"{findings.Facts.Trace} {why}");
        }

        long number = 0;
        if (Folder is not null)
        {
            using ResultsFolder folder = ResultsFolder.Open(Folder);
            (string place, number) = AddTo(folder, run, plan, findings, Host);
            Terminal.Note($"results are in {System.IO.Path.GetFullPath(System.IO.Path.Combine(Folder, place))}");
        }

        if (Database is null)
            return number;
        using ResultsDatabase database = ResultsDatabase.Open(Database.Path);
        return database.AddRun(run, findings, progress);
    }

    /// <summary>Adds a run to a folder.</summary>
    /// <returns>The path of its results in the folder, and the number of the run there.</returns>
    public static (string Place, long Run) AddTo(
        ResultsFolder folder, RunDescription run, ReplayPlan plan, RunFindings findings, string? host) =>
        folder.Add(Released(run), plan, findings, ResultsFolder.HostOf(findings.Facts, host));

    /// <summary>The run with only the version of the tool, without its commit, so that equal results get equal names.</summary>
    public static RunDescription Released(RunDescription run) => run with { Version = run.Version.Split('+')[0] };
}

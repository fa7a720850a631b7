using ForkTrace.Replay.Engine;

namespace ForkTrace.Analytics.Fleet;

/// <summary>
/// Results of many recordings as Parquet in a Hive layout: <c>host=HOST/recording=NAME/TABLE.parquet</c>, with <c>forktrace.sql</c> beside them.
/// NAME is a digest of recording, question and versions, so equal work writes equal files. Any number of processes, on any number of
/// machines that share the folder, may write at once and may be killed: the results of a recording are complete or absent.
/// </summary>
public sealed class ResultsFolder : IDisposable
{
    private readonly string _path;
    private readonly Lazy<ParquetDraft> _draft;

    private ResultsFolder(string path)
    {
        _path = path;
        _draft = new Lazy<ParquetDraft>(() => new ParquetDraft(path));
    }

    /// <summary>Whether a folder is one of results, of any version.</summary>
    public static bool IsAt(string path) => Directory.Exists(path) && FolderViews.IsIn(path);

    /// <summary>Opens a folder to write into it; makes it if it is not there.</summary>
    /// <exception cref="ResultsDatabaseException">It has another version, or holds something else.</exception>
    /// <exception cref="OutputException">It cannot be made or written.</exception>
    public static ResultsFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.GetFullPath(path);
        Writing(folder, () =>
        {
            Directory.CreateDirectory(folder);
            if (FolderViews.IsIn(folder))
                return;
            if (Directory.EnumerateFileSystemEntries(folder).FirstOrDefault(entry => Path.GetFileName(entry)[0] != '.') is { } other
                && !FolderViews.IsIn(folder))
            {
                throw new ResultsDatabaseException(
                    ResultsFault.File,
                    $"refusing to write results into {path}: it holds {Path.GetFileName(other)} and no {FolderViews.FileName} that ForkTrace wrote; "
                    + "give a new or empty folder");
            }

            Place(Path.Combine(folder, FolderViews.FileName), FolderViews.Script());
        });
        FolderViews.RequireThisVersion(folder);
        return new ResultsFolder(folder);
    }

    /// <summary>
    /// The recorded machine: as the user says, else as the file next to the recording says, else as the recording says; null if unknown.
    /// </summary>
    public static string? HostOf(TraceFacts facts, string? given)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return new[] { given, facts.KernelFacts.Host, facts.Host }.FirstOrDefault(name => !string.IsNullOrEmpty(name));
    }

    /// <summary>The folder for the results of a plan over a recording, relative to this one.</summary>
    public static string PlaceOf(TraceFacts facts, ReplayPlan plan, RunDescription run, string? host) => Path.Combine(
        HivePartition.Name("host", host), HivePartition.Name("recording", ContentName.Of(facts, plan, run, host)));

    /// <summary>Whether results are there. If so, removes what killed processes left behind.</summary>
    /// <param name="place">As <see cref="PlaceOf"/> returns it.</param>
    public bool Settle(string place)
    {
        string folder = Path.Combine(_path, place);
        if (!Directory.Exists(folder))
            return false;

        try
        {
            foreach (string draft in Directory.GetDirectories(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}.*"))
                Directory.Delete(draft, recursive: true);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // A process that is still at work there finds the results instead, and removes its own.
        }

        return true;
    }

    /// <summary>Writes the results of a plan over a recording. Existing files stay, because they are the same.</summary>
    /// <param name="run">Version and label. Times are not stored, and the command is made from the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="findings">What it found.</param>
    /// <param name="host">The machine; null if unknown.</param>
    /// <returns>The folder of the results, relative to this one, and the run's number in them.</returns>
    /// <exception cref="OutputException">They cannot be written.</exception>
    public (string Place, long Run) Add(RunDescription run, ReplayPlan plan, RunFindings findings, string? host)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(findings);
        string place = PlaceOf(findings.Facts, plan, run, host);
        long number = ContentName.RunNumber(ContentName.Of(findings.Facts, plan, run, host));
        if (!Settle(place))
        {
            string folder = Path.Combine(_path, place);
            string draft = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}.{Guid.NewGuid():N}");
            RunDescription described = run with { Number = number, Command = $"run {string.Join(' ', ContentName.Arguments(plan))}", Commit = null };
            Writing(folder, () => Write(draft, folder, described, findings));
            Settle(place);
        }

        return (place, number);
    }

    /// <summary>Frees the memory that writing took; the files stay.</summary>
    public void Dispose()
    {
        if (_draft.IsValueCreated)
            _draft.Value.Dispose();
    }

    /// <summary>Writes or replaces a small file atomically; the last writer wins.</summary>
    internal static void Place(string path, string text)
    {
        // Not by OutputFile, which removes the leftovers of dead processes: from here, a process of another machine looks dead.
        string draft = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        File.WriteAllText(draft, text);
        File.Move(draft, path, overwrite: true);
    }

    private void Write(string draft, string folder, RunDescription run, RunFindings findings)
    {
        try
        {
            Directory.CreateDirectory(draft);
            _draft.Value.Write(run, findings, draft);
            Directory.Move(draft, folder);
        }
        catch (Exception) when (Directory.Exists(folder))
        {
            // Another process was faster.
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    private static void Writing(string path, Action write)
    {
        try
        {
            write();
        }
        catch (DirectoryNotFoundException) when (Directory.Exists(path))
        {
            // Another process has removed the same leftover.
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not OutputException) or DuckDBException)
        {
            throw new OutputException($"cannot write {path}: {OneLine.Of(failure.Message)}");
        }
    }
}

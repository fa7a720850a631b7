using ForkTrace.Analytics.Fleet;
using ForkTrace.Analytics.Storage;

namespace ForkTrace.Cli.Shared;

/// <summary>A results database that a command reads, or a folder of results in Parquet.</summary>
internal static class ResultsFile
{
    /// <summary>Opens a database or a folder of results, which must exist.</summary>
    public static ResultsDatabase Open(string path) => Open(path, DatabaseAccess.None);

    /// <summary>The same, but SQL can also reach what <paramref name="access"/> names.</summary>
    public static ResultsDatabase Open(string path, DatabaseAccess access) => FileIdentity.Of(path) switch
    {
        null => throw new UsageException($"there is no file '{path}'"),
        { Kind: FileKind.Folder } => ResultsDatabase.OpenFolder(path, access),
        { Kind: FileKind.Regular } => ResultsDatabase.OpenReadOnly(path, access),
        FileIdentity other => throw new UsageException($"{path} is {other.KindText}, not a database"),
    };

    /// <summary>Whether a path holds results and not a recording. The first bytes decide for a file, the views in it for a folder.</summary>
    public static bool IsResults(string path) => IsDatabase(path) || ResultsFolder.IsAt(path);

    /// <summary>Whether a file is a DuckDB database. Its first bytes decide, not its name.</summary>
    public static bool IsDatabase(string path) =>
        FileIdentity.Of(path)?.Kind == FileKind.Regular && OutputForm.Database.IsFormOf(path);
}

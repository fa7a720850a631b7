using ForkTrace.Analytics.Storage;

namespace ForkTrace.Cli.Shared;

/// <summary>A results database that a command reads.</summary>
internal static class ResultsFile
{
    /// <summary>Opens a database that must be there.</summary>
    public static ResultsDatabase Open(string path) => Open(path, DatabaseAccess.None);

    /// <summary>As the other; SQL reaches what is named.</summary>
    public static ResultsDatabase Open(string path, DatabaseAccess access) => FileIdentity.Of(path) switch
    {
        null => throw new UsageException($"there is no file '{path}'"),
        { Kind: FileKind.Regular } => ResultsDatabase.OpenReadOnly(path, access),
        FileIdentity other => throw new UsageException($"{path} is {other.KindText}, not a database"),
    };

    /// <summary>Whether a file is a DuckDB database rather than a recording: by its first bytes, not by its name.</summary>
    public static bool IsDatabase(string path) =>
        FileIdentity.Of(path)?.Kind == FileKind.Regular && OutputForm.Database.IsFormOf(path);
}

namespace ForkTrace.Cli.Shared;

/// <summary>A results database that a command reads.</summary>
internal static class ResultsFile
{
    /// <summary>Opens a database that must be there.</summary>
    public static ResultsDatabase Open(string path)
    {
        if (!File.Exists(path))
            throw new UsageException(Directory.Exists(path) ? $"{path} is a folder, not a database" : $"there is no file '{path}'");
        return ResultsDatabase.OpenReadOnly(path);
    }

    /// <summary>Whether a file is a DuckDB database rather than a recording: by its first bytes, not by its name.</summary>
    public static bool IsDatabase(string path) =>
        File.Exists(path) && new FileInfo(path).Length > 0 && OutputForm.Database.IsFormOf(path);
}

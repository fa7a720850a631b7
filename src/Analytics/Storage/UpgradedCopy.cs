namespace ForkTrace.Analytics.Storage;

/// <summary>
/// A database of an older schema, copied to a folder of its own and upgraded there, so that a reader never changes the file and never
/// sees an older schema.
/// </summary>
internal sealed class UpgradedCopy : IDisposable
{
    private readonly TemporaryPath _folder = TemporaryPath.NewFolder();

    private UpgradedCopy() => Path = System.IO.Path.Combine(_folder.Path, "results.duckdb");

    /// <summary>Full path of the copy.</summary>
    public string Path { get; }

    /// <summary>
    /// Copies a database, with the log that a killed process may have left next to it. No process may write to it at that time.
    /// </summary>
    /// <exception cref="ResultsDatabaseException">There is no room for a copy.</exception>
    public static UpgradedCopy Of(string path)
    {
        UpgradedCopy copy = new();
        try
        {
            CopyBytes(path, copy.Path);
            if (File.Exists(path + ".wal"))
                CopyBytes(path + ".wal", copy.Path + ".wal");
            return copy;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            copy.Dispose();
            string why = $"cannot copy {path}, which has an older schema, to read it: {OneLine.Of(fault.Message)}";
            throw new ResultsDatabaseException(ResultsFault.File, why, fault);
        }
    }

    // File.Copy would also copy the permissions of a read-only file.
    private static void CopyBytes(string path, string copyPath)
    {
        using FileStream source = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using FileStream copy = File.Create(copyPath);
        source.CopyTo(copy);
    }

    public void Dispose() => _folder.Dispose();
}

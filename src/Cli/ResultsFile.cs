using ForkTrace.Analytics;

namespace ForkTrace.Cli;

/// <summary>A results database that a command reads.</summary>
internal static class ResultsFile
{
    // The first bytes of a DuckDB file: a checksum of 8, then this.
    private const int MagicOffset = 8;

    /// <summary>Opens a database that must be there.</summary>
    public static ResultsDatabase Open(string path)
    {
        if (!File.Exists(path))
            throw new UsageException(Directory.Exists(path) ? $"{path} is a folder, not a database" : $"there is no file '{path}'");
        return ResultsDatabase.OpenReadOnly(path);
    }

    /// <summary>Whether a file is a DuckDB database rather than a recording: by its first bytes, not by its name.</summary>
    public static bool IsDatabase(string path)
    {
        if (!File.Exists(path))
            return false;
        Span<byte> prefix = stackalloc byte[MagicOffset + 4];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return file.CanSeek
            && file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) == prefix.Length
            && prefix[MagicOffset..].SequenceEqual("DUCK"u8);
    }
}

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// A folder that is a CTF trace: a file <c>metadata</c>, and streams beside it. LTTng puts a session's traces below the session's folder
/// by domain (<c>kernel</c>, <c>ust</c>); the one of the kernel is meant.
/// </summary>
internal static class CtfFolder
{
    private const string MetadataFile = "metadata";
    private const int DepthMax = 4;
    private const int FilesMax = 65_536;

    /// <summary>The metadata of the trace that the folder is or holds, null if there is none; rejects a folder with several.</summary>
    public static string? Find(string path)
    {
        if (File.Exists(Path.Combine(path, MetadataFile)))
            return Path.Combine(path, MetadataFile);
        EnumerationOptions below = new() { RecurseSubdirectories = true, MaxRecursionDepth = DepthMax };
        string[] all = [.. Directory.EnumerateFiles(path, MetadataFile, below).Take(FilesMax).Order(StringComparer.Ordinal)];
        string[] kernels = [.. all.Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "kernel")];
        string[] found = kernels.Length > 0 ? kernels : all;
        if (found.Length > 1)
        {
            throw new IngestException(
                "not_one_trace",
                $"{path} holds {found.Length} CTF traces ({Shown(path, found[0])}, {Shown(path, found[1])} ...): give the folder of one");
        }

        return found.FirstOrDefault();
    }

    /// <summary>Opens the metadata, and as its parts the streams in order of name.</summary>
    public static TraceInput Open(string metadata, string name, FileStream? packed)
    {
        string[] files = [.. Directory.EnumerateFiles(Path.GetDirectoryName(metadata)!).Where(IsStream).Order(StringComparer.Ordinal)];
        return files.Length <= FilesMax
            ? TraceFolder.OpenFiles(metadata, files, name, packed)
            : throw new IngestException("too_many_files", $"{name} holds more than {FilesMax} streams");
    }

    // LTTng's indices lie in a folder of their own.
    private static bool IsStream(string file) =>
        Path.GetFileName(file) is var name && name != MetadataFile && !name.StartsWith('.') && Path.GetExtension(name) != ".idx";

    private static string Shown(string path, string metadata) => Path.GetRelativePath(path, Path.GetDirectoryName(metadata)!);
}

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// A recording that is a folder, in an archive. It is unpacked into a temporary folder that only its owner can enter, and that is removed
/// as soon as its files are open.
/// </summary>
internal sealed class ArchivedFolder : IDisposable
{
    private const int NameMax = 255;
    private const int DepthMax = 16;

    private readonly TemporaryPath _folder = TemporaryPath.NewFolder();
    private readonly string _below;
    private readonly long _bytesMax;
    private long _bytes;

    private ArchivedFolder(string below, long bytesMax) => (_below, _bytesMax) = (below, bytesMax);

    public string Path => System.IO.Path.Combine(_folder.Path, _below);

    /// <summary>
    /// Where in the archive the folder of a recording is: "" for its root, null if there is none. Recognised by names: <c>metadata</c> for
    /// CTF, <c>data</c> and <c>data.0</c> for perf record --threads, <c>header_page</c> for raw pages.
    /// </summary>
    public static string? Find(IReadOnlyCollection<string> names)
    {
        HashSet<string> all = [.. names.Select(name => name.Replace('\\', '/').TrimStart('.').TrimStart('/'))];
        foreach (string name in all.Order(StringComparer.Ordinal))
        {
            string folder = System.IO.Path.GetDirectoryName(name) ?? "";
            switch (System.IO.Path.GetFileName(name))
            {
                case "metadata":
                    return folder;
                case "data" when all.Contains(name + ".0"):
                    return folder;
                case "header_page":
                    return System.IO.Path.GetFileName(folder) == "events" ? System.IO.Path.GetDirectoryName(folder) ?? "" : folder;
            }
        }

        return null;
    }

    /// <summary>
    /// Unpacks files with at most <paramref name="bytesMax"/> together. Rejects names that point outside the folder, and duplicate files.
    /// <paramref name="name"/> is the archive's name, for messages.
    /// </summary>
    public static ArchivedFolder Unpack(IEnumerable<(string Name, Stream Content)> files, string below, string name, long bytesMax)
    {
        ArchivedFolder folder = new(below, bytesMax);
        try
        {
            foreach ((string file, Stream content) in files)
                folder.Add(file, content, name);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Dispose();

    private void Add(string file, Stream content, string archive)
    {
        string[] parts = file.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        parts = [.. parts.Where(part => part != ".")];
        bool isSafe = parts.Length is > 0 and <= DepthMax && !file.StartsWith('/') && parts.All(IsName);
        if (!isSafe)
            throw new IngestException("damaged_wrapping", $"{archive} contains a file with an invalid name, or a name that points outside the archive: '{file}'");
        string path = System.IO.Path.Combine([_folder.Path, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            Reject.For(
                "not_one_trace", $"{archive} contains {file} twice, so it has several recordings: unpack it, and give the folder of one");
        }

        using FileStream copy = new(path, FileMode.Create, FileAccess.Write, FileShare.None);
        _bytes = SpoolFile.Copy(content, copy.Write, _bytes, archive, _bytesMax);
    }

    private static bool IsName(string part) =>
        part != ".." && part.Length <= NameMax && part.IndexOfAny(System.IO.Path.GetInvalidFileNameChars()) < 0;
}

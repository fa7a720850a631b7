namespace ForkTrace.Ingest.Opening;

/// <summary>
/// Finds a recording that is given twice, before anything is decoded. Only files of the same length can be identical, so only their digests
/// are computed. Folders and pipes are not compared.
/// </summary>
public static class GivenTwice
{
    /// <summary>The paths of two files with the same bytes, in the order given; null if there are none.</summary>
    public static (string First, string Second)? Find(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        Dictionary<long, (string First, Dictionary<string, string> ByDigest)> byLength = [];
        foreach (string path in paths.Where(File.Exists))
        {
            long length = new FileInfo(path).Length;
            if (length == 0 || byLength.TryAdd(length, (path, [])))
                continue;
            (string first, Dictionary<string, string> byDigest) = byLength[length];
            if (byDigest.Count == 0)
                byDigest[DigestOf(first)] = first;
            string digest = DigestOf(path);
            if (!byDigest.TryAdd(digest, path))
                return (byDigest[digest], path);
        }

        return null;
    }

    private static string DigestOf(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return RecordingDigest.Of(file);
    }
}

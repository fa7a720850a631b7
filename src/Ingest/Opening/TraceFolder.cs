namespace ForkTrace.Ingest.Opening;

/// <summary>
/// A folder that is one recording: <c>perf record --threads</c> writes <c>data</c> with head and features, and <c>data.0</c>,
/// <c>data.1</c> ... with the records of one thread each (feature DIR_FORMAT, tools/perf/util/data.c). <see cref="CtfFolder"/> and
/// <see cref="RawPagesFolder"/> are others; the rest are rejected.
/// </summary>
internal static class TraceFolder
{
    private const string HeadFile = "data";
    private const int PartsMax = 65_536;

    /// <summary>Opens the recording in a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="name">What the recording is called.</param>
    /// <param name="packed">The archive that the folder was in, for its hash and size; else null.</param>
    public static TraceInput Open(string path, string name, FileStream? packed)
    {
        if (CtfFolder.Find(path) is { } metadata)
            return CtfFolder.Open(metadata, name, packed);
        if (!File.Exists(Path.Combine(path, HeadFile)))
        {
            return RawPagesFolder.TryOpen(path, name, packed)
                ?? throw new IngestException("is_folder", $"{path} is a folder, not a trace file");
        }

        return OpenFiles(Path.Combine(path, HeadFile), Parts(path), name, packed);
    }

    /// <summary>Opens the files of a recording. Those that are empty are left out: their CPUs saw nothing.</summary>
    public static TraceInput OpenFiles(string head, IEnumerable<string> files, string name, FileStream? packed)
    {
        List<TraceInput> parts = [];
        try
        {
            foreach (string file in files.Where(file => new FileInfo(file).Length > 0))
                parts.Add(TraceOpener.Open(file));
            return TraceInput.OfFolder(TraceOpener.OpenFile(head), name, packed, parts);
        }
        catch
        {
            foreach (TraceInput part in parts)
                part.Dispose();
            throw;
        }
    }

    /// <summary>Rejects a folder that lacks a file before the highest number: its events would be missing without a word.</summary>
    public static void RequireAll(string path, SortedDictionary<int, string> files, int first, Func<int, string> nameOf)
    {
        int next = first;
        foreach ((int index, string file) in files)
        {
            if (index != next)
            {
                throw new IngestException(
                    "missing_file",
                    $"{path} holds {Path.GetRelativePath(path, file)} but not {nameOf(next)}: copy it as well, or make an empty file of that"
                    + " name if it had no events");
            }

            next++;
        }
    }

    // data.0, data.1, ... data.10: in the order of their numbers.
    private static SortedDictionary<int, string>.ValueCollection Parts(string path)
    {
        SortedDictionary<int, string> parts = [];
        foreach (string file in Directory.EnumerateFiles(path, $"{HeadFile}.*"))
        {
            string number = Path.GetExtension(file).TrimStart('.');
            bool isPart = Path.GetFileNameWithoutExtension(file) == HeadFile;
            if (isPart && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < PartsMax)
                parts[index] = file;
        }

        RequireAll(path, parts, 0, index => $"{HeadFile}.{index}");
        return parts.Values;
    }
}

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// A folder that is one recording: <c>perf record --threads</c> writes <c>data</c> with header and features, and <c>data.0</c>,
/// <c>data.1</c> ... with the records of one thread each (feature DIR_FORMAT, tools/perf/util/data.c). Other folders are <see
/// cref="CtfFolder"/> and <see cref="RawPagesFolder"/>; all others are rejected.
/// </summary>
internal static class TraceFolder
{
    private const string HeadFile = "data";
    private const int PartsMax = 65_536;

    /// <summary>Opens the recording in a folder; <paramref name="packed"/> is the archive that the folder was in, or null.</summary>
    public static TraceInput Open(string path, string name, FileStream? packed, long? unpackedMaxBytes)
    {
        if (CtfFolder.Find(path) is { } metadata)
            return CtfFolder.Open(metadata, name, packed, unpackedMaxBytes);
        if (!File.Exists(Path.Combine(path, HeadFile)))
        {
            return RawPagesFolder.TryOpen(path, name, packed)
                ?? throw new IngestException("is_folder", packed is null ? $"{path} is a folder, not a trace file" : NoRecording(path, name));
        }

        return OpenFiles(Path.Combine(path, HeadFile), Parts(path), name, packed, unpackedMaxBytes);
    }

    private static string NoRecording(string path, string name) =>
        $"{name} contains the folder {Path.GetFileName(path)}, which is not a recording: raw pages of tracefs need the layout of tracefs, with"
        + " events/header_page beside per_cpu/cpuN/trace_pipe_raw";

    /// <summary>Opens the files of a recording. Empty files are left out: their CPUs recorded nothing.</summary>
    public static TraceInput OpenFiles(string head, IEnumerable<string> files, string name, FileStream? packed, long? unpackedMaxBytes)
    {
        List<TraceInput> parts = [];
        try
        {
            foreach (string file in files.Where(file => new FileInfo(file).Length > 0))
                parts.Add(TraceOpener.Open(file, unpackedMaxBytes));
            return TraceInput.OfFolder(TraceOpener.OpenFile(head), name, packed, parts);
        }
        catch
        {
            foreach (TraceInput part in parts)
                part.Dispose();
            throw;
        }
    }

    /// <summary>Rejects a folder that lacks a file before the highest number, because its events would be missing silently.</summary>
    public static void RequireAll(string path, SortedDictionary<int, string> files, int first, Func<int, string> nameOf)
    {
        int next = first;
        foreach ((int index, string file) in files)
        {
            if (index == next++)
                continue;
            string there = $"{path} contains {Path.GetRelativePath(path, file)} but not {nameOf(next - 1)}";
            Reject.For("missing_file", $"{there}: copy that too, or create an empty file with that name if it had no events");
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

/// <summary>
/// A folder that is a CTF trace: a file <c>metadata</c>, and streams next to it. LTTng puts a session's traces below the session's folder,
/// by domain (<c>kernel</c>, <c>ust</c>); the kernel's trace is used.
/// </summary>
internal static class CtfFolder
{
    private const string MetadataFile = "metadata";
    private const int DepthMax = 4;
    private const int FilesMax = 65_536;

    /// <summary>The metadata of the trace that the folder is or contains; null if there is none. Rejects a folder with several.</summary>
    public static string? Find(string path)
    {
        if (File.Exists(Path.Combine(path, MetadataFile)))
            return Path.Combine(path, MetadataFile);
        EnumerationOptions below = new() { RecurseSubdirectories = true, MaxRecursionDepth = DepthMax };
        string[] all = [.. Directory.EnumerateFiles(path, MetadataFile, below).Take(FilesMax).Order(StringComparer.Ordinal)];
        string[] kernels = [.. all.Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "kernel")];
        string[] found = kernels.Length > 0 ? kernels : all;
        string shown = string.Join(", ", found.Take(2).Select(file => Path.GetRelativePath(path, Path.GetDirectoryName(file)!)));
        if (found.Length > 1)
            Reject.For("not_one_trace", $"{path} contains {found.Length} CTF traces ({shown} ...): give the folder of one");
        return found.FirstOrDefault();
    }

    /// <summary>Opens the metadata, and as its parts the streams in order of name.</summary>
    public static TraceInput Open(string metadata, string name, FileStream? packed, long? unpackedMaxBytes)
    {
        string[] files = [.. Directory.EnumerateFiles(Path.GetDirectoryName(metadata)!).Where(IsStream).Order(StringComparer.Ordinal)];
        return files.Length <= FilesMax
            ? TraceFolder.OpenFiles(metadata, files, name, packed, unpackedMaxBytes)
            : throw new IngestException("too_many_files", $"{name} contains more than {FilesMax} streams");
    }

    // LTTng's indices are in a separate folder.
    private static bool IsStream(string file) =>
        Path.GetFileName(file) is var name && name != MetadataFile && !name.StartsWith('.') && Path.GetExtension(name) != ".idx";
}

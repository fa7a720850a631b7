namespace ForkTrace.Ingest.Opening;

/// <summary>
/// A folder with what somebody copied out of tracefs: raw ring-buffer pages of each CPU, and the texts that explain them. The layout is
/// tracefs' own, in which everything but pages, header_page and event formats may be missing:
/// <code>
/// per_cpu/cpuN/trace_pipe_raw   or cpuN/trace_pipe_raw, cpuN.raw, cpuN, trace_pipe_raw.cpuN: pages as the kernel hands them out
/// per_cpu/cpuN/stats            lost events
/// events/header_page            events/SYSTEM/EVENT/format
/// saved_cmdlines   printk_formats   trace_clock   kallsyms (of /proc)
/// </code>
/// </summary>
internal static class RawPagesFolder
{
    private const string RawFile = "trace_pipe_raw";
    private const string HeaderPage = "header_page";

    // A trace's rows have 16 bits for the CPU.
    private const int CpusMax = ushort.MaxValue;

    // Far more than any machine has of each kind of file.
    private const int FilesMax = 65_536;

    // No text of tracefs is longer; kallsyms of a large kernel has some 15 MiB.
    private const long TextBytesMax = 1 << 26;

    /// <summary>The files with pages, by CPU; empty if the folder has none. Rejects two files for one CPU.</summary>
    public static SortedDictionary<int, string> FindPages(string path)
    {
        SortedDictionary<int, string> pages = [];
        foreach (string folder in new[] { path, Path.Combine(path, "per_cpu") }.Where(Directory.Exists))
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(folder).Take(FilesMax))
            {
                string file = Directory.Exists(entry) ? Path.Combine(entry, RawFile) : entry;
                if (CpuOf(Path.GetFileName(entry)) is not { } cpu || !File.Exists(file))
                    continue;
                if (!pages.TryAdd(cpu, file))
                    throw new IngestException("not_one_trace", $"{path} contains pages of CPU {cpu} twice: {pages[cpu]} and {file}");
            }
        }

        return pages;
    }

    /// <summary>The recording; null if the folder contains no raw pages. Rejects pages without the texts that describe them.</summary>
    public static TraceInput? TryOpen(string path, string name, FileStream? packed)
    {
        SortedDictionary<int, string> pages = FindPages(path);
        if (pages.Count == 0)
            return null;
        const string Live = "is tracefs itself, where reading removes the pages: record with trace-cmd, or give a copy";
        if (File.Exists(Path.Combine(path, "tracing_on")))
            Reject.For("is_folder", $"{path} {Live}");

        // Recording only some CPUs is possible, but not with gaps in their numbers.
        TraceFolder.RequireAll(path, pages, pages.Keys.First(), cpu => $"pages of CPU {cpu} ({RawFile})");
        string events = File.Exists(Path.Combine(path, HeaderPage)) ? path : Path.Combine(path, "events");
        if (!File.Exists(Path.Combine(events, HeaderPage)))
            throw Unexplained(path, $"events/{HeaderPage}");
        RawPagesTexts texts = new(
            HeaderPage: Text(events, HeaderPage),
            HeaderEvent: Text(events, "header_event"),
            Formats: [.. Formats(events)],
            Kallsyms: Text(path, "kallsyms"),
            PrintkFormats: Text(path, "printk_formats"),
            SavedCmdlines: Text(path, "saved_cmdlines"),
            TraceClock: Text(path, "trace_clock"),
            Statistics: [.. pages.Select(page => (page.Key, Text(Path.GetDirectoryName(page.Value)!, "stats")))]);
        if (texts.Formats.Length == 0)
            throw Unexplained(path, "events/SYSTEM/EVENT/format");
        return RawPagesFile.Write(texts, pages, name, packed);
    }

    // "cpu3", "cpu3.raw", "trace_pipe_raw.cpu3", "trace.dat.cpu3"
    private static int? CpuOf(string name)
    {
        if (name.EndsWith(".raw", StringComparison.Ordinal))
            name = name[..^4];
        int at = name.LastIndexOf("cpu", StringComparison.Ordinal);
        bool isOwnWord = at == 0 || (at > 0 && name[at - 1] is '.' or '_' or '-');
        int cpu = -1;
        bool isNumber = isOwnWord && int.TryParse(name.AsSpan(at + 3), NumberStyles.None, CultureInfo.InvariantCulture, out cpu);
        return isNumber && cpu < CpusMax ? cpu : null;
    }

    private static IEnumerable<(string System, byte[] Text)> Formats(string events) =>
        from system in Folders(events)
        from one in Folders(system)
        let text = Text(one, "format")
        where text.Length > 0
        select (Path.GetFileName(system), text);

    private static IEnumerable<string> Folders(string path) =>
        Directory.EnumerateDirectories(path).Take(FilesMax).Order(StringComparer.Ordinal);

    // Empty if the file is missing. Files of a mounted tracefs report length 0, so the length is not used.
    private static byte[] Text(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
            return [];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using MemoryStream text = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = file.Read(buffer)) > 0 && text.Length <= TextBytesMax;)
            text.Write(buffer, 0, read);
        return text.Length <= TextBytesMax
            ? text.ToArray()
            : throw new IngestException("too_large", $"{path} has more than {TextBytesMax} bytes, but texts of tracefs are smaller");
    }

    private static IngestException Unexplained(string path, string missing) => new(
        "is_folder",
        $"{path} is a folder of raw ring-buffer pages ({RawFile}) that lacks {missing} and cannot be decoded: copy it next to the pages"
        + " (cd /sys/kernel/tracing; cp --parents events/header_* events/*/*/format FOLDER), or let trace-cmd combine them"
        + " (trace-cmd restore)");
}

namespace ForkTrace.Ingest.Formats;

/// <summary>
/// Kinds of files that are not supported but that users may pass by mistake, recognised by their first bytes. Each has advice: the tool
/// that converts it, or what to record.
/// </summary>
internal static class ForeignKinds
{
    private const string Record = "record with 'forktrace record', perf record or trace-cmd record";
    private const string Ctf18 =
        "babeltrace2 2.1 and later convert it: babeltrace2 convert FOLDER --component=sink.ctf.fs --params='path=\"OUT\",ctf-version=\"1\"'";

    private const string Chrome = "no tool converts it back: give the recording that it was made from, or " + Record;
    private const string Print = "give the perf.data itself, or the text of 'perf script'";

    private static readonly (byte[] Magic, string Kind, string Advice)[] s_binaries =
    [
        ("PERFFILE"u8.ToArray(), "a perf.data of an old perf (PERFFILE, not PERFILE2)", "give the text that 'perf script -F comm,tid,cpu,time,event,trace' prints of it"),
        ("SLOW"u8.ToArray(), "a method trace of Android's runtime, of calls and not of tasks", Record),
        ("SIMPLEPERF"u8.ToArray(), "a report-sample file of simpleperf", "give the perf.data that it was made from"),
        ([0x1E, (byte)'{'], "the metadata of a CTF 2 trace", Ctf18),
        ([0xC1, 0x1F, 0xFC, 0xC1], "a stream of a CTF trace", "give the folder that holds it and the file metadata"),
        ([0xC1, 0xFC, 0x1F, 0xC1], "a stream of a CTF trace", "give the folder that holds it and the file metadata"),
        ([0x10, 0x00, 0x04, 0x46, 0x78, 0x54, 0x16, 0x00], "a Fuchsia trace (.fxt), as magic-trace writes it", Record),
        ([0x5E, 0x97, 0xDC, 0xFA], "a capture of sysprof", Record),
        ([0x07, 0x74, 0x61, 0x65], "a trace of blktrace, of disks and not of tasks", Record),
        ("ARROW1"u8.ToArray(), "an Arrow file, but not one that ingest made", "give the recording itself"),
        ("PAR1"u8.ToArray(), "a Parquet file", "'forktrace query' reads it; give the recording itself"),
        ("SQLite format 3\0"u8.ToArray(), "an SQLite database", "give the recording that it was made from"),
        ([0x0A, 0x0D, 0x0D, 0x0A], "a capture of network packets (pcapng)", Record),
        ([0xD4, 0xC3, 0xB2, 0xA1], "a capture of network packets (pcap)", Record),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program, library or core dump (ELF)", "give a recording"),
        ([0x1F, 0x9D], "packed with compress", "unpack it first with 'uncompress'"),
        ("LZIP"u8.ToArray(), "packed with lzip", "unpack it first with 'lzip -dk'"),
        ("Rar!"u8.ToArray(), "a RAR archive", "unpack it first with 'unrar x'"),
        ("%PDF"u8.ToArray(), "a PDF", "give a recording"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a picture (PNG)", "give a recording"),
    ];

    // Words in the first bytes of texts; the more specific come first.
    private static readonly (byte[] Words, string Kind, string Advice)[] s_texts =
    [
        ("\"type\":\"preamble\""u8.ToArray(), "the metadata of a CTF 2 trace", Ctf18),
        ("\"traceEvents\""u8.ToArray(), "a trace in Chrome's JSON", Chrome),
        ("\"ph\":"u8.ToArray(), "a trace in Chrome's JSON", Chrome),
        ("\"preprocessedProfileVersion\""u8.ToArray(), "a profile of the Firefox profiler", Print),
        ("To display the perf.data header info"u8.ToArray(), "the text of perf report", Print),
        ("Samples, Event count"u8.ToArray(), "the text of perf report", Print),
        ("... raw event: size"u8.ToArray(), "a dump of perf script -D or perf report -D", Print),
        ("wait time  sch delay   run time"u8.ToArray(), "the text of perf sched timehist", Print),
        ("Task                  |   Runtime ms"u8.ToArray(), "the text of perf sched latency", Print),
        (": { cpu_id = "u8.ToArray(), "the text of babeltrace", "give the folder of the trace that it prints"),
        (" syscalls:sys_enter_"u8.ToArray(), "the text of perf trace", Print),
        ("Attaching "u8.ToArray(), "the output of bpftrace", Record),
        ("execve(\""u8.ToArray(), "the output of strace", Record),
        ("Linux version "u8.ToArray(), "a log of the kernel (dmesg)", Record),
        (" ms): "u8.ToArray(), "the text of perf trace", Print),
        ("<!doctype html"u8.ToArray(), "an HTML page without a trace", "give the recording that it shows"),
    ];

    // Offset in the file (DuckDB, src/storage/single_file_block_manager.cpp).
    private const int DuckDbMagicAt = 8;

    /// <summary>A sentence that says what the input is and what to do about it; null if its kind is unknown.</summary>
    public static string? Find(ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length > DuckDbMagicAt && prefix[DuckDbMagicAt..].StartsWith("DUCK"u8))
            return "the input is a DuckDB database, not a recording: 'forktrace report' and 'forktrace query' read what forktrace run made";
        foreach ((byte[] magic, string kind, string advice) in s_binaries)
        {
            if (prefix.StartsWith(magic))
                return Sentence(kind, advice);
        }

        if (prefix.Contains((byte)0))
            return null;
        foreach ((byte[] words, string kind, string advice) in s_texts)
        {
            if (prefix.IndexOf(words) >= 0)
                return Sentence(kind, advice);
        }

        return null;
    }

    /// <summary>Describes an input of unknown kind: whether it is a text, and its first bytes.</summary>
    public static string Describe(ReadOnlySpan<byte> prefix)
    {
        const int BytesShown = 8;
        bool isText = prefix.IndexOfAnyInRange((byte)0, (byte)8) < 0;
        return isText
            ? "a text without an event line of perf script, trace-cmd report or tracefs in its first lines"
            : $"binary, and begins with {Convert.ToHexStringLower(prefix[..Math.Min(BytesShown, prefix.Length)])}";
    }

    private static string Sentence(string kind, string advice) => $"the input is {kind}, which is not supported: {advice}";
}

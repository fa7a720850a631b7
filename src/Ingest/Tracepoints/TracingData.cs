namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// What a recorder copied from tracefs in addition to the events: their formats, the ring-buffer page's layout, symbols. perf.data contains
/// it as one block ("0.5", "0.6"). A trace.dat of version 6 begins with it; version 7 has its parts in sections.
/// </summary>
/// <remarks>
/// The block, numbers in the recorder's byte order:
/// <code>
/// 17 08 44 "tracing"  version NUL  u8 big-endian?  u8 long size  u32 page size
/// "header_page" NUL   u64 length  text
/// "header_event" NUL  u64 length  text
/// u32 count  { u64 length  format text }                                    ftrace's own events
/// u32 count  { system NUL  u32 count  { u64 length  format text } }         events by system
/// u32 length  kallsyms
/// u32 length  printk formats
/// u64 length  saved cmdlines                                                 not in "0.5"
/// </code>
/// </remarks>
internal sealed class TracingData
{
    private const int VersionBytesMax = 16;
    private const int SystemNameBytesMax = 256;

    // The longest format texts (syscalls, f2fs flag tables) have about ten thousand bytes.
    private const int FormatTextBytesMax = 1 << 20;

    private const int FormatsMax = 1 << 16;
    private const uint PageBytesMax = 1 << 24;

    private readonly List<EventFormat> _formats = [];

    /// <summary>The first bytes of the block.</summary>
    public static ReadOnlySpan<byte> Magic => "\u0017\u0008Dtracing"u8;

    /// <summary>The block's version as written, e.g. <c>0.6</c> or <c>6</c>.</summary>
    public string Version { get; private set; } = "";

    public bool IsBigEndian { get; private set; }

    /// <summary>Bytes of the recorder's <c>long</c>; the kernel's is <see cref="SubBufferLayout.CommitBytes"/>.</summary>
    public int LongBytes { get; private set; }

    /// <summary>Bytes of a memory page of the traced machine.</summary>
    public int PageBytes { get; private set; }

    /// <summary>The ring-buffer page's layout; null if its text was not read or makes no sense.</summary>
    public SubBufferLayout? Page { get; private set; }

    /// <summary>All events described, ftrace's own first.</summary>
    public IReadOnlyList<EventFormat> Formats => _formats;

    /// <summary>Format texts without a usable name or id.</summary>
    public int UnreadableFormats { get; private set; }

    /// <summary>Functions whose addresses are needed in addition to the usual ones.</summary>
    public IReadOnlyList<string> AskedFunctions { get; init; } = [];

    public FunctionNames Functions { get; private set; } = FunctionNames.None;

    /// <summary>Reads the whole block in perf.data.</summary>
    public static TracingData ReadBlock(ref ByteCursor cursor, IReadOnlyList<string>? askedFunctions = null)
    {
        TracingData data = new() { AskedFunctions = askedFunctions ?? [] };
        data.ReadPreamble(ref cursor);
        if (data.Version is not ("0.5" or "0.6"))
            Reject.Unsupported($"tracing data of version '{data.Version}' is not supported; known are 0.5 and 0.6", cursor.Offset);
        data.ReadParts(ref cursor, hasSavedCmdlines: data.Version != "0.5");
        return data;
    }

    /// <summary>Reads magic, version, byte order and sizes. Sets the byte order of the cursor.</summary>
    public void ReadPreamble(ref ByteCursor cursor)
    {
        cursor.Expect(Magic, "the magic of tracing data");
        Version = cursor.ReadText(VersionBytesMax, "the version of tracing data");
        long offset = cursor.Offset;
        byte endian = cursor.ReadByte("the byte order of tracing data");
        if (endian > 1)
            Reject.Invalid("the byte order of tracing data", offset, $"{endian}", "0 (little-endian) or 1 (big-endian)");
        IsBigEndian = endian == 1;
        cursor.Swap = IsBigEndian == BitConverter.IsLittleEndian;
        LongBytes = cursor.ReadByte("the long size of tracing data");
        PageBytes = (int)cursor.ReadUInt32("the page size of tracing data", PageBytesMax);
    }

    /// <summary>Reads the parts after the preamble, up to the saved cmdlines.</summary>
    public void ReadParts(ref ByteCursor cursor, bool hasSavedCmdlines)
    {
        ReadHeaders(ref cursor);
        ReadFtraceFormats(ref cursor);
        ReadEventFormats(ref cursor);
        ReadKallsyms(ref cursor);
        ReadPrintkFormats(ref cursor);
        if (hasSavedCmdlines)
            ReadSavedCmdlines(ref cursor);
    }

    /// <summary>Reads header_page and header_event. The latter is the same on every kernel since 2.6.31.</summary>
    public void ReadHeaders(ref ByteCursor cursor)
    {
        cursor.Expect("header_page\0"u8, "the name of the header_page text");
        Page = SubBufferLayout.Parse(Encoding.UTF8.GetString(ReadFormatText(ref cursor, "the header_page text")));
        cursor.Expect("header_event\0"u8, "the name of the header_event text");
        _ = ReadFormatText(ref cursor, "the header_event text");
    }

    /// <summary>Reads the formats of ftrace's own events (function, print ...).</summary>
    public void ReadFtraceFormats(ref ByteCursor cursor) => ReadFormats(ref cursor, "ftrace");

    /// <summary>Reads the formats of all systems' events.</summary>
    public void ReadEventFormats(ref ByteCursor cursor)
    {
        // Each iteration reads bytes or rejects the input, so a count of four billion ends with the input.
        for (uint systems = cursor.ReadUInt32("the number of event systems"); systems > 0; systems--)
            ReadFormats(ref cursor, cursor.ReadText(SystemNameBytesMax, "the name of an event system"));
    }

    /// <summary>Reads the symbols and keeps the functions that matter.</summary>
    public void ReadKallsyms(ref ByteCursor cursor)
    {
        uint length = cursor.ReadUInt32("the length of kallsyms");
        if (length > 0)
            Functions = FunctionNames.FromKallsyms(cursor.ReadBytes(length, "kallsyms"), AskedFunctions);
    }

    /// <summary>Reads the texts at kernel addresses: lines of <c>0xaddress : "text"</c>.</summary>
    public static ReadOnlySpan<byte> ReadPrintkFormats(ref ByteCursor cursor) =>
        cursor.ReadBytes(cursor.ReadUInt32("the length of the printk formats"), "the printk formats");

    /// <summary>Reads the kernel's small table of comms at the end of recording: lines of <c>pid comm</c>.</summary>
    public static ReadOnlySpan<byte> ReadSavedCmdlines(ref ByteCursor cursor) =>
        cursor.ReadBytes(cursor.ReadUInt64("the length of the saved cmdlines"), "the saved cmdlines");

    private void ReadFormats(ref ByteCursor cursor, string system)
    {
        for (uint formats = cursor.ReadUInt32("the number of event formats"); formats > 0; formats--)
        {
            ReadOnlySpan<byte> text = ReadFormatText(ref cursor, "the format of an event");
            if (EventFormat.Parse(system, Encoding.UTF8.GetString(text)) is { } format)
                _formats.Add(format);
            else
                UnreadableFormats++;
            if (_formats.Count > FormatsMax)
                Reject.Invalid("the number of event formats", cursor.Offset, $"{_formats.Count}", $"at most {FormatsMax}, one for each id");
        }
    }

    private static ReadOnlySpan<byte> ReadFormatText(ref ByteCursor cursor, string what)
    {
        long offset = cursor.Offset;
        ulong length = cursor.ReadUInt64(what);
        if (length > FormatTextBytesMax)
            Reject.Invalid(what, offset, $"{length} bytes long", $"at most {FormatTextBytesMax} bytes");
        return cursor.ReadBytes(length, what);
    }
}

/// <summary>
/// Where the parts of a ring-buffer page are, as the traced kernel's <c>events/header_page</c> says (ring_buffer.c,
/// ring_buffer_print_page_header): its base time (8 bytes), the commit word (of the kernel's long: 4 or 8 bytes), and the events.
/// </summary>
internal sealed record SubBufferLayout(int TimestampOffset, int CommitOffset, int CommitBytes, int DataOffset, int DataBytes)
{
    public int PageBytes => DataOffset + DataBytes;

    /// <summary>Reads a header_page text; null when it lacks a field or gives one a size that no kernel does.</summary>
    public static SubBufferLayout? Parse(string text)
    {
        // The text has the field lines of an event's format, without the lines that name the event.
        EventFormat? page = EventFormat.Parse("", "name: header_page\nID: 0\n" + text);
        if (page?.Field("timestamp") is not { Size: 8 } timestamp
            || page.Field("commit") is not { Size: 4 or 8 } commit
            || page.Field("data") is not { Size: > 0 } data)
        {
            return null;
        }

        return new SubBufferLayout(timestamp.Offset, commit.Offset, commit.Size, data.Offset, data.Size);
    }
}

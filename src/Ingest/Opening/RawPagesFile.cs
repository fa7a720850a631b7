using System.Buffers;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// Combines raw pages and the texts of tracefs as trace-cmd does, into a trace.dat of version 6, so that one reader handles both.
/// docs/formats/trace.dat.md shows the layout.
/// </summary>
internal sealed class RawPagesFile
{
    /// <summary>Name of the format in the facts of such a recording.</summary>
    public const string FormatName = "raw ring-buffer pages";

    private const int TraceClockOption = 4;
    private const int StatisticsOption = 2;
    private const int CommitBits = 27;

    private readonly ArrayBufferWriter<byte> _head = new();
    private readonly SubBufferLayout _layout;
    private readonly bool _isBigEndian;

    private RawPagesFile(SubBufferLayout layout, bool isBigEndian) => (_layout, _isBigEndian) = (layout, isBigEndian);

    /// <summary>The trace.dat, in a temporary file. Rejects an invalid header_page.</summary>
    public static TraceInput Write(RawPagesTexts texts, SortedDictionary<int, string> pages, string name, FileStream? packed)
    {
        if (SubBufferLayout.Parse(Encoding.UTF8.GetString(texts.HeaderPage)) is not { } layout)
            throw new IngestException("invalid", $"{name}: events/header_page does not describe a ring-buffer page");
        RawPagesFile file = new(layout, IsBigEndian(layout, pages.Values));
        file.WriteTexts(texts);
        return new TraceInput(SpoolFile.Of(spool => file.WritePages(pages, spool)), name, packed) { MadeFrom = FormatName };
    }

    // The pages do not contain their byte order. In the right order, the first page's commit word is a valid length; in the wrong one,
    // hardly ever.
    private static bool IsBigEndian(SubBufferLayout layout, IEnumerable<string> pages)
    {
        byte[] head = new byte[layout.CommitOffset + layout.CommitBytes];
        foreach (string path in pages)
        {
            using FileStream file = TraceOpener.OpenFile(path);
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
                continue;
            ReadOnlySpan<byte> commit = head.AsSpan(layout.CommitOffset, layout.CommitBytes);
            bool isBig = IsLength(BinaryPrimitives.ReadUInt32BigEndian(commit[^sizeof(uint)..]), layout);
            if (isBig != IsLength(BinaryPrimitives.ReadUInt32LittleEndian(commit), layout))
                return isBig;
        }

        return false;
    }

    private static bool IsLength(uint commit, SubBufferLayout layout) =>
        (commit & ((1u << CommitBits) - 1)) is > 0 and var used && used <= layout.DataBytes;

    private void WriteTexts(RawPagesTexts texts)
    {
        _head.Write(TracingData.Magic);
        Name("6");
        _head.Write([_isBigEndian ? (byte)1 : (byte)0, (byte)_layout.CommitBytes]);
        Number(_layout.PageBytes, sizeof(uint));
        Name("header_page");
        Sized(texts.HeaderPage, sizeof(ulong));
        Name("header_event");
        Sized(texts.HeaderEvent, sizeof(ulong));
        Formats(texts.Formats.Where(format => format.System == "ftrace"));
        IGrouping<string, (string System, byte[] Text)>[] systems =
            [.. texts.Formats.Where(format => format.System != "ftrace").GroupBy(format => format.System)];
        Number(systems.Length, sizeof(uint));
        foreach (IGrouping<string, (string System, byte[] Text)> system in systems)
        {
            Name(system.Key);
            Formats(system);
        }

        Sized(texts.Kallsyms, sizeof(uint));
        Sized(texts.PrintkFormats, sizeof(uint));
        Sized(texts.SavedCmdlines, sizeof(ulong));
        Number(texts.Statistics.Max(one => one.Cpu) + 1, sizeof(uint));
        Name("options  ");
        if (texts.TraceClock.Length > 0)
            Option(TraceClockOption, texts.TraceClock);
        foreach ((int cpu, byte[] text) in texts.Statistics.Where(one => one.Text.Length > 0))
            Option(StatisticsOption, [.. Encoding.ASCII.GetBytes(FormattableString.Invariant($"CPU: {cpu}\n")), .. text]);
        Number(0, sizeof(ushort));
        Name("flyrecord");
    }

    private void WritePages(SortedDictionary<int, string> pages, FileStream file)
    {
        const int EntryBytes = 2 * sizeof(ulong);
        long tableAt = _head.WrittenCount;
        long at = tableAt + (EntryBytes * (pages.Keys.Max() + 1L));
        (long Offset, long Bytes)[] table = new (long Offset, long Bytes)[pages.Keys.Max() + 1];
        foreach ((int cpu, string path) in pages)
        {
            at = (at + _layout.PageBytes - 1) / _layout.PageBytes * _layout.PageBytes;
            file.Position = at;
            using FileStream source = TraceOpener.OpenFile(path);
            FileStamp stamp = new(source.Name, source.SafeFileHandle);
            source.CopyTo(file);
            if (stamp.HasChanged)
                Reject.Changed(stamp);
            table[cpu] = (at, file.Position - at);
            at = file.Position;
        }

        foreach ((long offset, long bytes) in table)
        {
            Number(bytes == 0 ? 0 : offset, sizeof(ulong));
            Number(bytes, sizeof(ulong));
        }

        file.Position = 0;
        file.Write(_head.WrittenSpan);
    }

    private void Formats(IEnumerable<(string System, byte[] Text)> formats)
    {
        (string System, byte[] Text)[] all = [.. formats];
        Number(all.Length, sizeof(uint));
        foreach ((_, byte[] text) in all)
            Sized(text, sizeof(ulong));
    }

    private void Option(int id, byte[] data)
    {
        Number(id, sizeof(ushort));
        Sized(data, sizeof(uint));
    }

    private void Sized(byte[] text, int lengthBytes)
    {
        Number(text.Length, lengthBytes);
        _head.Write(text);
    }

    private void Name(string name) => _head.Write(Encoding.UTF8.GetBytes(name + '\0'));

    private void Number(long value, int size)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        if (_isBigEndian)
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _head.Write(_isBigEndian ? bytes[^size..] : bytes[..size]);
    }
}

/// <summary>
/// The texts of tracefs that describe raw pages; missing ones are empty. Event formats are in order of system and event; the statistics are
/// per_cpu/cpuN/stats.
/// </summary>
internal sealed record RawPagesTexts(
    byte[] HeaderPage,
    byte[] HeaderEvent,
    ImmutableArray<(string System, byte[] Text)> Formats,
    byte[] Kallsyms,
    byte[] PrintkFormats,
    byte[] SavedCmdlines,
    byte[] TraceClock,
    ImmutableArray<(int Cpu, byte[] Text)> Statistics);

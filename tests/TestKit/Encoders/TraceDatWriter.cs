using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace ForkTrace.TestKit.Encoders;

/// <summary>Writes small trace.dat files of either version, byte order and word size, with any compression.</summary>
public sealed class TraceDatWriter
{
    private const int ChunkPages = 2;
    private readonly List<byte> _file = [];
    private readonly List<(ushort Id, byte[] Data)> _options = [];
    private readonly List<(string Name, string Clock, List<(int Cpu, byte[] Pages)> Cpus)> _buffers = [];

    public int Version { get; init; } = 6;

    public bool BigEndian { get; init; }

    public int LongBytes { get; init; } = 8;

    public int PageBytes { get; init; } = 4096;

    /// <summary>none, zstd or zlib.</summary>
    public string Compression { get; init; } = "none";

    /// <summary>True to compress the second list of options. The format allows it, but no recorder does it yet.</summary>
    public bool CompressOptions { get; init; }

    /// <summary>Event formats of a real recording instead of the few of <see cref="EventTexts"/>.</summary>
    public (string System, string Text)[]? Formats { get; init; }

    /// <summary>The kernel's text instead of the top-level buffer, as trace-cmd saves the result of a latency tracer.</summary>
    public byte[]? LatencyText { get; init; }

    /// <summary>Offset of the next list in the last list of options. 0 ends the chain; -1 is the first list.</summary>
    public long NextOptions { get; init; }

    public TraceDatWriter Option(ushort id, byte[] data)
    {
        _options.Add((id, data));
        return this;
    }

    public TraceDatWriter TextOption(ushort id, string text) => Option(id, Encoding.UTF8.GetBytes(text + "\0"));

    public TraceDatWriter Number(ushort id, params uint[] words) => Option(id, [.. words.SelectMany(word => Bytes(word, 4))]);

    /// <summary>A buffer; "" is the top-level one. The pages of each CPU follow one another.</summary>
    public TraceDatWriter Buffer(string name, string clock, params (int Cpu, byte[] Pages)[] cpus)
    {
        _buffers.Add((name, clock, [.. cpus]));
        return this;
    }

    public byte[] Build()
    {
        _file.Clear();
        Add([0x17, 0x08, 0x44]);
        Add("tracing"u8);
        Text(Version.ToString(CultureInfo.InvariantCulture));
        Add([(byte)(BigEndian ? 1 : 0), (byte)LongBytes]);
        Add(Bytes((ulong)PageBytes, 4));
        if (Version == 6)
            WriteSequential();
        else
            WriteSections();
        return [.. _file];
    }

    private static byte[] Concat(params IEnumerable<byte>[] parts) => [.. parts.SelectMany(part => part)];

    private byte[] Bytes(ulong value, int size)
    {
        byte[] bytes = new byte[8];
        if (BigEndian)
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return BigEndian ? bytes[(8 - size)..] : bytes[..size];
    }

    private byte[] Sized(string text) => Concat(Bytes((ulong)Encoding.UTF8.GetByteCount(text), 8), Encoding.UTF8.GetBytes(text));

    private static byte[] Name(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private void Add(ReadOnlySpan<byte> bytes) => _file.AddRange(bytes);

    private void Text(string text) => Add(Name(text));

    private byte[] Headers() => Concat(
        Name("header_page"), Sized(EventTexts.HeaderPage(LongBytes, PageBytes)), Name("header_event"), Sized("# entry\n"));

    private byte[] FtraceFormats() => Bytes(0, 4);

    private byte[] EventFormats() => Formats is not null ? RealFormats(Formats) : Concat(
        Bytes(1, 4), Name("sched"), Bytes(3, 4), Sized(EventTexts.Exit), Sized(EventTexts.Switch(LongBytes)), Sized(EventTexts.Unused));

    private byte[] RealFormats((string System, string Text)[] formats)
    {
        IGrouping<string, (string System, string Text)>[] systems = [.. formats.GroupBy(format => format.System)];
        return Concat(Bytes((ulong)systems.Length, 4), systems.SelectMany(system => Concat(
            Name(system.Key), Bytes((ulong)system.Count(), 4), system.SelectMany(format => Sized(format.Text)))));
    }

    private byte[] Kallsyms()
    {
        byte[] text = "ffffffff81000000 T vfree\n"u8.ToArray();
        return Concat(Bytes((ulong)text.Length, 4), text);
    }

    private void WriteSequential()
    {
        Add(Concat(Headers(), FtraceFormats(), EventFormats(), Kallsyms(), Bytes(0, 4), Bytes(0, 8)));
        int cpus = LatencyText is null ? _buffers[0].Cpus.Max(cpu => cpu.Cpu) + 1 : 2;
        Add(Bytes((ulong)cpus, 4));
        List<int> fixups = [];
        Text("options  ");
        foreach ((ushort id, byte[] data) in _options)
            Add(Concat(Bytes(id, 2), Bytes((ulong)data.Length, 4), data));
        foreach ((string name, _, _) in _buffers.Skip(1))
        {
            Add(Concat(Bytes(3, 2), Bytes((ulong)name.Length + 9, 4)));
            fixups.Add(_file.Count);
            Add(Concat(Bytes(0, 8), Name(name)));
        }

        Add(Bytes(0, 2));
        if (LatencyText is not null)
        {
            Text("latency  ");
            Add(LatencyText);
            return;
        }

        WriteTable(0, cpus);
        for (int buffer = 1; buffer < _buffers.Count; buffer++)
        {
            Patch(fixups[buffer - 1], (ulong)_file.Count);
            WriteTable(buffer, cpus);
        }
    }

    private void WriteTable(int buffer, int cpus)
    {
        Text("flyrecord");
        int table = _file.Count;
        Add(new byte[16 * cpus]);
        foreach ((int cpu, byte[] pages) in _buffers[buffer].Cpus)
        {
            Align();
            Patch(table + (16 * cpu), (ulong)_file.Count);
            Patch(table + (16 * cpu) + 8, (ulong)pages.Length);
            Add(pages);
        }
    }

    private void WriteSections()
    {
        Text(Compression);
        Text("1");
        int firstOptions = _file.Count;
        Add(new byte[8]);
        List<(ushort Id, byte[] Data)> first = [];
        ushort id = 16;
        foreach (byte[] body in new[] { Headers(), FtraceFormats(), EventFormats(), Kallsyms() })
        {
            first.Add((id, Bytes((ulong)Section(id, body, Compression != "none"), 8)));
            id++;
        }

        first.AddRange(_options);
        List<(ushort Id, byte[] Data)> second = [];
        foreach ((string name, string clock, List<(int Cpu, byte[] Pages)> cpus) in _buffers)
            second.Add((3, BufferOption(name, clock, cpus)));
        if (LatencyText is not null)
        {
            byte[] content = Compression == "none" ? LatencyText : Chunks(LatencyText);
            int section = Section(22, content, Compression != "none", isBuffer: true);
            second.Add((22, Concat(Bytes((ulong)section, 8), Name(""), Name("mono"))));
        }

        long firstOffset = _file.Count;
        Patch(firstOptions, (ulong)firstOffset);
        int bytes = OptionsSection(first, 0).Length;
        _ = Section(0, OptionsSection(first, firstOffset + 16 + bytes), compressed: false);
        _ = Section(0, OptionsSection(second, NextOptions < 0 ? firstOffset : NextOptions), CompressOptions);
        _ = Section(15, Name("strings"), Compression != "none");
    }

    private byte[] OptionsSection(List<(ushort Id, byte[] Data)> options, long next) => Concat(
        options.SelectMany(option => Concat(Bytes(option.Id, 2), Bytes((ulong)option.Data.Length, 4), option.Data)),
        Bytes(0, 2),
        Bytes(8, 4),
        Bytes((ulong)next, 8));

    private byte[] BufferOption(string name, string clock, List<(int Cpu, byte[] Pages)> cpus)
    {
        int section = Section(3, [], Compression != "none", isBuffer: true);
        List<byte> table = [];
        foreach ((int cpu, byte[] pages) in cpus)
        {
            Align();
            byte[] data = Compression == "none" ? pages : Chunks(pages);
            // trace-cmd does not include the number of chunks in the size.
            int size = Compression == "none" ? data.Length : data.Length - 4;
            table.AddRange(Concat(Bytes((ulong)cpu, 4), Bytes((ulong)_file.Count, 8), Bytes((ulong)size, 8)));
            Add(data);
        }

        return Concat(Bytes((ulong)section, 8), Name(name), Name(clock), Bytes((ulong)PageBytes, 4), Bytes((ulong)cpus.Count, 4), table);
    }

    private int Section(ushort id, byte[] body, bool compressed, bool isBuffer = false)
    {
        int offset = _file.Count;
        byte[] stored = body;
        if (compressed && !isBuffer)
        {
            byte[] packed = Compress(body);
            stored = Concat(Bytes((ulong)packed.Length, 4), Bytes((ulong)body.Length, 4), packed);
        }

        Add(Concat(Bytes(id, 2), Bytes(compressed ? 1u : 0u, 2), Bytes(0, 4), Bytes((ulong)stored.Length, 8), stored));
        return offset;
    }

    private byte[] Chunks(byte[] pages)
    {
        List<byte> chunks = [];
        int count = 0;
        foreach (byte[] chunk in pages.Chunk(ChunkPages * PageBytes))
        {
            byte[] packed = Compress(chunk);
            chunks.AddRange(Concat(Bytes((ulong)packed.Length, 4), Bytes((ulong)chunk.Length, 4), packed));
            count++;
        }

        return Concat(Bytes((ulong)count, 4), chunks);
    }

    private byte[] Compress(byte[] content)
    {
        if (Compression == "zstd")
            return ZstdFrames.Pack(content);
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, CompressionLevel.Fastest))
            stream.Write(content);
        return packed.ToArray();
    }

    private void Align() => Add(new byte[(PageBytes - (_file.Count % PageBytes)) % PageBytes]);

    private void Patch(int offset, ulong value)
    {
        byte[] bytes = Bytes(value, 8);
        for (int index = 0; index < 8; index++)
            _file[offset + index] = bytes[index];
    }
}

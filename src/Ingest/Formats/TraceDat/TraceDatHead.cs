namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Everything in a trace.dat except the events.</summary>
/// <remarks>
/// Both versions begin with magic, version, byte order, long size and page size (<see cref="TracingData"/>). Version 7 continues with
/// <code>compression name NUL  its library's version NUL  u64 offset of the first options section</code>
/// </remarks>
internal sealed class TraceDatHead
{
    // The largest machines have a few thousand CPUs; recordings have at most a few dozen instances.
    private const int BuffersMax = 4096;
    private const int CompressionNameBytesMax = 64;
    private const int CpuSectionsMax = 1 << 20;

    private readonly List<TraceDatBuffer> _buffers = [];
    private readonly List<TextBuffer> _texts = [];
    private int _cpuSections;

    /// <summary>Version of the file, 6 or 7.</summary>
    public required int Version { get; init; }

    public required TracingData Tracing { get; init; }

    /// <summary>The limit for the decompressed size of sections and chunks.</summary>
    public required UnpackBudget Budget { get; init; }

    public TraceDatOptions Options { get; } = new();

    /// <summary>The ring buffers: the top-level one, if there is one, and the instances.</summary>
    public IReadOnlyList<TraceDatBuffer> Buffers => _buffers;

    public ChunkCompression Compression { get; set; }

    /// <summary>Creates a decompressor for the file, for use by one thread.</summary>
    public ChunkDecompressor NewDecompressor() => new(Compression, Budget);

    /// <summary>Buffers with the text of a latency tracer instead of pages.</summary>
    public IReadOnlyList<TextBuffer> Texts => _texts;

    /// <summary>True if the recorder's byte order is not this machine's.</summary>
    public bool Swap => Tracing.IsBigEndian == BitConverter.IsLittleEndian;

    /// <summary>Reads everything except the events. Rejects versions other than 6 and 7.</summary>
    public static TraceDatHead Read(TraceInput input, long? unpackedMaxBytes, IReadOnlyList<string>? askedFunctions = null)
    {
        ByteCursor cursor = new(input, 0, swap: false);
        TracingData tracing = new() { AskedFunctions = askedFunctions ?? [] };
        tracing.ReadPreamble(ref cursor);
        if (!int.TryParse(tracing.Version, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version is not (6 or 7))
            Reject.Unsupported($"trace.dat version '{tracing.Version}' is not supported; known are 6 and 7", TracingData.Magic.Length);
        TraceDatHead head = new() { Version = version, Tracing = tracing, Budget = UnpackBudget.Of(input, unpackedMaxBytes) };
        if (version == 6)
            SequentialBody.Read(input, head, ref cursor);
        else
        {
            head.Compression = ReadCompression(ref cursor);
            SectionedBody.Read(input, head, (long)cursor.ReadUInt64("the offset of the options"));
        }

        return head;
    }

    private static ChunkCompression ReadCompression(ref ByteCursor cursor)
    {
        long offset = cursor.Offset;
        string name = cursor.ReadText(CompressionNameBytesMax, "the name of the compression");
        _ = cursor.ReadText(CompressionNameBytesMax, "the version of the compression");
        switch (name)
        {
            case "none":
                return ChunkCompression.None;
            case "zstd":
                return ChunkCompression.Zstd;
            case "zlib":
                return ChunkCompression.Zlib;
            default:
                Reject.Unsupported($"trace.dat compressed with '{name}' is not supported; known are none, zstd and zlib", offset);
                return ChunkCompression.None;
        }
    }

    /// <summary>Adds a buffer of text. Rejects numbers of buffers that only a hostile file has.</summary>
    public void Add(TextBuffer text, long offset)
    {
        _texts.Add(text);
        if (_texts.Count > BuffersMax)
            Reject.Invalid("the number of buffers", offset, $"{_texts.Count}", $"at most {BuffersMax}");
    }

    /// <summary>Adds a buffer. Rejects numbers of buffers and CPUs that only a hostile file has.</summary>
    public void Add(TraceDatBuffer buffer, long offset)
    {
        _buffers.Add(buffer);
        _cpuSections += buffer.Cpus.Length;
        if (_buffers.Count > BuffersMax)
            Reject.Invalid("the number of buffers", offset, $"{_buffers.Count}", $"at most {BuffersMax}");
        if (_cpuSections > CpuSectionsMax)
            Reject.Invalid("the number of CPUs of all buffers", offset, $"{_cpuSections}", $"at most {CpuSectionsMax}");
    }
}

/// <summary>One ring buffer of the recording: the top-level one, or an instance.</summary>
/// <param name="Name">The instance's name; empty for the top-level buffer.</param>
/// <param name="Clock">Its trace clock; empty if the file does not say (version 6).</param>
/// <param name="PageBytes">Size of its pages, in bytes; 0 if only header_page gives it.</param>
/// <param name="IsCompressed">True if each CPU's pages are chunks.</param>
/// <param name="Cpus">Its CPUs, each once.</param>
internal sealed record TraceDatBuffer(string Name, string Clock, int PageBytes, bool IsCompressed, ImmutableArray<CpuSection> Cpus)
{
    // The length of a sub-buffer has 27 bits. buffer_subbuf_size_kb allows far less.
    internal const uint PageBytesMax = 1 << 26;

    public bool HasData => Cpus.Any(cpu => cpu.Bytes > 0);
}

/// <summary>
/// A buffer that the recorder saved as the kernel's text, as it does for latency tracers. Name and clock are those of the ring buffer. The
/// place contains the text, or the number of chunks and the chunks; its CPU has no meaning.
/// </summary>
internal sealed record TextBuffer(string Name, string Clock, CpuSection Place, bool IsCompressed);

internal enum ChunkCompression
{
    None,
    Zstd,
    Zlib,
}

/// <summary>Checks the places of the CPUs' data before the data is read.</summary>
internal static class CpuSections
{
    /// <summary>The section. Rejects the file as cut off if the section is not inside it.</summary>
    public static CpuSection Checked(TraceInput input, int cpu, ulong offset, ulong bytes)
    {
        if (bytes == 0)
            return new CpuSection(cpu, 0, 0);
        input.RequireInside(offset, bytes, $"the data of CPU {cpu}");
        return new CpuSection(cpu, (long)offset, (long)bytes);
    }

    /// <summary>
    /// Reads the table of a buffer's CPUs. Entries have CPU numbers (version 7), or are for CPUs 0, 1 and so on. Rejects a table that does
    /// not fit, or that contains a CPU twice.
    /// </summary>
    public static ImmutableArray<CpuSection> ReadTable(TraceInput input, ref ByteCursor cursor, uint cpus, bool isNumbered)
    {
        int entryBytes = (isNumbered ? sizeof(uint) : 0) + (2 * sizeof(ulong));
        if (cpus > cursor.Remaining / entryBytes)
            Reject.Truncated("the table of CPUs", cursor.Offset, (long)cpus * entryBytes, cursor.Remaining);
        HashSet<uint> seen = [];
        ImmutableArray<CpuSection>.Builder sections = ImmutableArray.CreateBuilder<CpuSection>((int)cpus);
        for (uint entry = 0; entry < cpus; entry++)
        {
            long at = cursor.Offset;
            uint cpu = isNumbered ? cursor.ReadUInt32("a CPU of a buffer") : entry;
            if (isNumbered && (cpu >= ushort.MaxValue || !seen.Add(cpu)))
                Reject.Invalid("a CPU of a buffer", at, $"{cpu}", $"below {ushort.MaxValue} and not twice in a buffer");
            ulong offset = cursor.ReadUInt64("the offset of a CPU's data");
            ulong bytes = cursor.ReadUInt64("the size of a CPU's data");
            sections.Add(Checked(input, (int)cpu, offset, bytes));
        }

        return sections.MoveToImmutable();
    }

    /// <summary>
    /// Rejects data that several CPUs share. No recorder writes such files, and with them a small file could take as long to read as a
    /// large one.
    /// </summary>
    public static void RejectOverlaps(IEnumerable<TraceDatBuffer> buffers)
    {
        long end = 0;
        foreach (CpuSection section in buffers.SelectMany(buffer => buffer.Cpus).Where(cpu => cpu.Bytes > 0).OrderBy(cpu => cpu.Offset))
        {
            if (section.Offset < end)
                Reject.Invalid($"the data of CPU {section.Cpu}", section.Offset, "inside the data of another CPU", $"at {end} or after");
            end = section.Offset + section.Bytes;
        }
    }
}

/// <summary>The place of the ring-buffer pages of one CPU in the file.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Offset">Byte offset of its first page or, if compressed, of its number of chunks.</param>
/// <param name="Bytes">Bytes on disk; 0 for a CPU without events.</param>
internal sealed record CpuSection(int Cpu, long Offset, long Bytes);

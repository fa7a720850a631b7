namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>All that a trace.dat says apart from the events themselves.</summary>
/// <remarks>
/// Both versions begin with the mark, the version, byte order, long size and page size (<see cref="TracingData"/>). Version 7 goes on with
/// <code>compression name NUL  its library's version NUL  u64 offset of the first options section</code>
/// </remarks>
internal sealed class TraceDatHead
{
    // The largest machines have some thousand CPUs, the busiest recordings some dozen instances.
    private const int BuffersMax = 4096;
    private const int CompressionNameBytesMax = 64;
    private const int CpuSectionsMax = 1 << 20;

    private readonly List<TraceDatBuffer> _buffers = [];
    private readonly List<TextBuffer> _texts = [];
    private int _cpuSections;

    /// <summary>Version of the file, 6 or 7.</summary>
    public required int Version { get; init; }

    public required TracingData Tracing { get; init; }

    /// <summary>How much sections and chunks may decompress to.</summary>
    public required UnpackBudget Budget { get; init; }

    public TraceDatOptions Options { get; } = new();

    /// <summary>The ring buffers: the top-level one, where there is one, and the instances.</summary>
    public IReadOnlyList<TraceDatBuffer> Buffers => _buffers;

    public ChunkCompression Compression { get; set; }

    /// <summary>A decompressor for what the file holds; for one thread.</summary>
    public ChunkDecompressor NewDecompressor() => new(Compression, Budget);

    /// <summary>Buffers that hold text of a latency tracer instead of pages.</summary>
    public IReadOnlyList<TextBuffer> Texts => _texts;

    /// <summary>True when the recorder's byte order is not this machine's.</summary>
    public bool Swap => Tracing.IsBigEndian == BitConverter.IsLittleEndian;

    /// <summary>Reads the head; rejects versions other than 6 and 7.</summary>
    public static TraceDatHead Read(TraceInput input, long? unpackedMaxBytes, IReadOnlyList<string>? askedFunctions = null)
    {
        ByteCursor cursor = new(input, 0, swap: false);
        TracingData tracing = new() { AskedFunctions = askedFunctions ?? [] };
        tracing.ReadPreamble(ref cursor);
        if (!int.TryParse(tracing.Version, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version is not (6 or 7))
            Reject.Unsupported($"trace.dat of version '{tracing.Version}' is not read; known are 6 and 7", TracingData.Magic.Length);
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
                Reject.Unsupported($"trace.dat compressed with '{name}' is not read; known are none, zstd and zlib", offset);
                return ChunkCompression.None;
        }
    }

    /// <summary>Adds a buffer of text; rejects numbers that only a hostile file has.</summary>
    public void Add(TextBuffer text, long offset)
    {
        _texts.Add(text);
        if (_texts.Count > BuffersMax)
            Reject.Invalid("the number of buffers", offset, $"{_texts.Count}", $"at most {BuffersMax}");
    }

    /// <summary>Adds a buffer; rejects numbers that only a hostile file has.</summary>
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
/// <param name="Clock">Its trace clock; empty where the file does not say (version 6).</param>
/// <param name="PageBytes">Bytes of its pages; 0 where only header_page says it.</param>
/// <param name="IsCompressed">True if each CPU's pages are chunks.</param>
/// <param name="Cpus">Its CPUs, each once.</param>
internal sealed record TraceDatBuffer(string Name, string Clock, int PageBytes, bool IsCompressed, ImmutableArray<CpuSection> Cpus)
{
    // A sub-buffer has 27 bits of length; buffer_subbuf_size_kb takes far less.
    internal const uint PageBytesMax = 1 << 26;

    public bool HasData => Cpus.Any(cpu => cpu.Bytes > 0);
}

/// <summary>
/// A buffer that the recorder saved as the kernel's text, as it does for latency tracers; name and clock as of a ring buffer. At its place
/// lies the text, or the number of its chunks and these; the place's CPU means nothing.
/// </summary>
internal sealed record TextBuffer(string Name, string Clock, CpuSection Place, bool IsCompressed);

internal enum ChunkCompression
{
    None,
    Zstd,
    Zlib,
}

/// <summary>Checks where the data of CPUs are, before any of them are read.</summary>
internal static class CpuSections
{
    /// <summary>The section if it is inside the file; else rejects the file as cut off.</summary>
    public static CpuSection Checked(TraceInput input, int cpu, ulong offset, ulong bytes)
    {
        if (bytes == 0)
            return new CpuSection(cpu, 0, 0);
        input.RequireInside(offset, bytes, $"the data of CPU {cpu}");
        return new CpuSection(cpu, (long)offset, (long)bytes);
    }

    /// <summary>
    /// Reads the table of a buffer's CPUs, in which entries are numbered (version 7), or of CPUs 0, 1 and so on; rejects one that does not
    /// fit, or that names a CPU twice.
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
    /// Rejects data that several CPUs share: no recorder writes them, and they would make a small file as long to read as a large one.
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

/// <summary>Where the ring-buffer pages of one CPU are in the file.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Offset">Byte offset of its first page or, if compressed, of its number of chunks.</param>
/// <param name="Bytes">Bytes on disk; 0 for a CPU without events.</param>
internal sealed record CpuSection(int Cpu, long Offset, long Bytes);

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Reads the body of version 7: sections, to which a chain of option lists points.</summary>
/// <remarks>
/// A section, and its body if bit 0 of the flags is set and the section does not contain pages:
/// <code>
/// u16 id  u16 flags  u32 name  u64 size  body         u32 packed bytes  u32 content bytes  data
/// </code>
/// A list of options (section 0) is <c>{ u16 id  u32 size  data }</c>. The option with id 0 ends the list; its data is the u64 offset of
/// the next list, or 0. The data of options 16 to 25 is the u64 offset of the section with that id. Option 3 is a buffer:
/// <code>
/// u64 section  name NUL  clock NUL  u32 page bytes  u32 CPUs  { u32 CPU  u64 offset  u64 size }
/// </code>
/// </remarks>
internal sealed class SectionedBody(TraceInput input, TraceDatHead head, ChunkDecompressor decompressor)
{
    private const int SectionHeaderBytes = 16;
    private const ushort CompressedFlag = 1;

    // kallsyms of a large kernel has about 15 MiB.
    private const uint ContentBytesMax = 1 << 26;
    private const int NameBytesMax = 4096;

    // Recorders write two lists, and one more each time something is added to the file.
    private const int OptionListsMax = 1024;

    private readonly HashSet<long> _visited = [];
    private readonly SortedDictionary<TraceDatOptionId, long> _sections = [];

    /// <summary>Reads the option lists from the first one on, then the sections to which they point.</summary>
    public static void Read(TraceInput input, TraceDatHead head, long firstOptions)
    {
        using ChunkDecompressor decompressor = head.NewDecompressor();
        SectionedBody body = new(input, head, decompressor);
        if (firstOptions == 0)
            Reject.Truncated("the first list of options", input.Length, SectionHeaderBytes, 0);
        for (long next = firstOptions; next != 0;)
            next = body.ReadOptions(next);
        body.ReadTracingData();
        if (head.Buffers.Count + head.Texts.Count == 0)
            Reject.Invalid("the list of options", firstOptions, "without a buffer of events", "a list with a buffer");
    }

    private long ReadOptions(long section)
    {
        if (!_visited.Add(section))
            Reject.Invalid("the offset of the next options", section, "the offset of a list that was already read", "a new one");
        if (_visited.Count > OptionListsMax)
            Reject.Invalid("the number of option lists", section, $"{_visited.Count}", $"at most {OptionListsMax}");
        ByteCursor cursor = OpenSection(section, TraceDatOptionId.Done);
        while (true)
        {
            TraceDatOptionId id = (TraceDatOptionId)cursor.ReadUInt16("the id of an option");
            ByteCursor data = cursor.ReadPart(cursor.ReadUInt32("the size of an option"), "an option");
            if (id == TraceDatOptionId.Done)
                return (long)data.ReadUInt64("the offset of the next options");
            ReadOption(id, ref data);
        }
    }

    private void ReadOption(TraceDatOptionId id, ref ByteCursor data)
    {
        switch (id)
        {
            case TraceDatOptionId.HeaderInfo or TraceDatOptionId.FtraceEvents or TraceDatOptionId.EventFormats or TraceDatOptionId.Kallsyms:
                _sections[id] = (long)data.ReadUInt64("the offset of a section");
                break;
            case TraceDatOptionId.Buffer:
                ReadBuffer(ref data);
                break;
            case TraceDatOptionId.BufferText:
                ReadText(ref data);
                break;
            default:
                head.Options.Read(id, ref data);
                break;
        }
    }

    private void ReadBuffer(ref ByteCursor data)
    {
        long section = (long)data.ReadUInt64("the offset of a buffer");
        string name = data.ReadText(NameBytesMax, "the name of a buffer");
        string clock = data.ReadText(NameBytesMax, "the clock of a buffer");
        long offset = data.Offset;
        uint pageBytes = data.ReadUInt32("the page size of a buffer", TraceDatBuffer.PageBytesMax);
        uint cpus = data.ReadUInt32("the number of CPUs of a buffer");
        ImmutableArray<CpuSection> sections = CpuSections.ReadTable(input, ref data, cpus, isNumbered: true);
        (bool isCompressed, _) = ReadSectionHeader(section, TraceDatOptionId.Buffer);
        head.Add(new TraceDatBuffer(name, clock, (int)pageBytes, isCompressed, sections), offset);
    }

    // u64 section  name NUL  clock NUL
    private void ReadText(ref ByteCursor data)
    {
        long offset = data.Offset;
        long section = (long)data.ReadUInt64("the offset of a buffer of text");
        string name = data.ReadText(NameBytesMax, "the name of a buffer of text");
        string clock = data.ReadText(NameBytesMax, "the clock of a buffer of text");
        (bool isCompressed, ulong size) = ReadSectionHeader(section, TraceDatOptionId.BufferText);
        CpuSection place = CpuSections.Checked(input, 0, (ulong)section + SectionHeaderBytes, size);
        head.Add(new TextBuffer(name, clock, place, isCompressed), offset);
    }

    // Each section is read completely before the next one is opened, because they share the decompressor's buffer.
    private void ReadTracingData()
    {
        foreach ((TraceDatOptionId id, long offset) in _sections)
        {
            ByteCursor cursor = OpenSection(offset, id);
            switch (id)
            {
                case TraceDatOptionId.HeaderInfo:
                    head.Tracing.ReadHeaders(ref cursor);
                    break;
                case TraceDatOptionId.FtraceEvents:
                    head.Tracing.ReadFtraceFormats(ref cursor);
                    break;
                case TraceDatOptionId.EventFormats:
                    head.Tracing.ReadEventFormats(ref cursor);
                    break;
                default:
                    head.Tracing.ReadKallsyms(ref cursor);
                    break;
            }
        }
    }

    /// <summary>A cursor over a section's content, decompressed if necessary. Offsets in messages count from the section's body.</summary>
    private ByteCursor OpenSection(long offset, TraceDatOptionId id)
    {
        (bool isCompressed, ulong size) = ReadSectionHeader(offset, id);
        long start = offset + SectionHeaderBytes;
        ReadOnlySpan<byte> body = input.Slice(start, (long)Math.Min(size, long.MaxValue), $"section {(int)id} ({id})");
        if (!isCompressed)
            return new ByteCursor(body, start, head.Swap);
        ByteCursor cursor = new(body, start, head.Swap);
        uint packedBytes = cursor.ReadUInt32("the head of a compressed section");
        uint contentBytes = cursor.ReadUInt32("the head of a compressed section");
        if (contentBytes > ContentBytesMax)
            Reject.Invalid("the content size of a section", start, $"{contentBytes}", $"at most {ContentBytesMax}");
        ReadOnlySpan<byte> packed = cursor.ReadBytes(packedBytes, "a compressed section");
        return new ByteCursor(decompressor.Decompress(packed, (int)contentBytes, start), start, head.Swap);
    }

    private (bool IsCompressed, ulong Size) ReadSectionHeader(long offset, TraceDatOptionId expected)
    {
        ByteCursor cursor = new(input.Slice(offset, SectionHeaderBytes, "the head of a section"), offset, head.Swap);
        ushort id = cursor.ReadUInt16("the id of a section");
        if (id != (ushort)expected)
            Reject.Invalid("the id of a section", offset, $"{id}", $"{(ushort)expected} ({expected})");
        bool isCompressed = (cursor.ReadUInt16("the flags of a section") & CompressedFlag) != 0;
        if (isCompressed && head.Compression == ChunkCompression.None)
            Reject.Invalid("the flags of a section", offset, "compressed", "uncompressed, because the file names no compression");
        _ = cursor.ReadUInt32("the name of a section");
        return (isCompressed, cursor.ReadUInt64("the size of a section"));
    }
}

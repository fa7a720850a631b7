namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// The beginning of a perf.data file (tools/perf/util/header.h, struct perf_file_header). A pipe has only the first 16 bytes.
/// <code>
///   0 magic    "PERFILE2", reversed if the recorder's byte order is not the reader's
///   8 u64      size of this header: 104; 72 without the bitmap (before 2010); 16 in a pipe
///  16 u64      size of one entry of the attribute section: an attribute and a section of its ids
///  24 section  attributes          40 section  records          56 section  event types (old)
///  72 u64 x 4  bitmap of features; a table of their sections follows the records
/// </code>
/// </summary>
internal sealed record PerfHeader
{
    private const ulong PipeBytes = 16;
    private const ulong BytesWithoutFeatures = 72;
    private const ulong BytesWithFeatures = 104;
    private const int FeatureWords = 4;

    public static ReadOnlySpan<byte> MagicLittleEndian => "PERFILE2"u8;
    public static ReadOnlySpan<byte> MagicBigEndian => "2ELIFREP"u8;

    /// <summary>True if a recording can begin with these bytes.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> bytes) => bytes.StartsWith(MagicLittleEndian) || bytes.StartsWith(MagicBigEndian);

    /// <summary>True if a recording that begins with these bytes was written to a pipe.</summary>
    public static bool IsOfPipe(ReadOnlySpan<byte> bytes) =>
        IsMagic(bytes) && bytes.Length >= (int)PipeBytes
        && BitConverter.ToUInt64(bytes[8..]) is PipeBytes or PipeBytes << 56;

    /// <summary>True if the recorder's byte order is not this machine's.</summary>
    public required bool Swap { get; init; }

    /// <summary>True if the header has only magic and size, and everything else comes as records.</summary>
    public bool IsPipe { get; init; }

    public ulong AttributeBytes { get; init; }
    public PerfSection Attributes { get; init; }
    public PerfSection Data { get; init; }

    /// <summary>Numbers of the features in the file, ascending.</summary>
    public ImmutableArray<int> Features { get; init; } = [];

    /// <summary>False if perf record was killed. When it ends, it fills in the size of the records and writes the features.</summary>
    public bool IsFinished => IsPipe || Data.Size != 0;

    public static PerfHeader Read(TraceInput input)
    {
        ReadOnlySpan<byte> bytes = input.SliceUpTo(0, (int)BytesWithFeatures);
        bool swap = bytes.StartsWith(BitConverter.IsLittleEndian ? MagicBigEndian : MagicLittleEndian);
        ByteCursor cursor = new(bytes, 0, swap);
        ReadOnlySpan<byte> magic = cursor.ReadBytes(8, "the magic of perf.data");
        if (!magic.SequenceEqual(MagicLittleEndian) && !magic.SequenceEqual(MagicBigEndian))
            Reject.Invalid("the magic of perf.data", 0, Convert.ToHexStringLower(magic), "\"PERFILE2\" or its reverse");
        ulong size = cursor.ReadUInt64("the header size of perf.data");
        if (size == PipeBytes)
            return new PerfHeader { Swap = swap, IsPipe = true };
        if (size is not (BytesWithFeatures or BytesWithoutFeatures))
            Reject.Invalid("the header size of perf.data", 8, $"{size}", "104, or 16 in a pipe");
        return ReadFile(ref cursor, size == BytesWithFeatures);
    }

    private static PerfHeader ReadFile(ref ByteCursor cursor, bool hasFeatures)
    {
        ulong attributeBytes = cursor.ReadUInt64("the attribute size of perf.data");
        PerfSection attributes = PerfSection.Read(ref cursor, "the place of the attributes");
        PerfSection data = PerfSection.Read(ref cursor, "the place of the records");
        PerfSection.Read(ref cursor, "the place of the event types");
        ImmutableArray<int>.Builder features = ImmutableArray.CreateBuilder<int>();
        for (int word = 0; hasFeatures && word < FeatureWords; word++)
        {
            for (ulong bits = cursor.ReadUInt64("the feature bitmap"); bits != 0; bits &= bits - 1)
                features.Add((64 * word) + System.Numerics.BitOperations.TrailingZeroCount(bits));
        }

        return new PerfHeader
        {
            Swap = cursor.Swap,
            AttributeBytes = attributeBytes,
            Attributes = attributes,
            Data = data,
            Features = features.ToImmutable(),
        };
    }
}

/// <summary>struct perf_file_section: where a part of the file is.</summary>
internal readonly record struct PerfSection(ulong Offset, ulong Size)
{
    public const int Bytes = 16;

    public static PerfSection Read(ref ByteCursor cursor, string what) => new(cursor.ReadUInt64(what), cursor.ReadUInt64(what));

    /// <summary>The section's bytes. Rejects the input if they are not all present.</summary>
    public ReadOnlySpan<byte> Slice(TraceInput input, string what)
    {
        input.RequireInside(Offset, Size, what);
        return input.Slice((long)Offset, (long)Size, what);
    }
}

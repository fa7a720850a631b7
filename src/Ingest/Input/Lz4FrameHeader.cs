using System.IO.Hashing;

namespace ForkTrace.Ingest.Input;

/// <summary>What the head of an LZ4 frame says of its blocks and checks; see <see cref="Lz4DecompressionStream"/>.</summary>
internal readonly record struct Lz4FrameHeader(
    int BlockBytesMax, bool HasLinkedBlocks, bool HasBlockChecksums, bool HasContentChecksum, ulong? ContentBytes)
{
    private const int FlagsMask = 0b1100_0000, FlagsKnown = 0b0100_0000;
    private const int Independent = 0x20, BlockChecksums = 0x10, ContentSize = 8, ContentChecksum = 4, Reserved = 2, DictionaryId = 1;
    private const int FewestBlockBits = 16;

    /// <summary>Reads the head behind its magic number; refuses versions and dictionaries that are not read.</summary>
    public static Lz4FrameHeader Read(PackedSource source)
    {
        long start = source.Position;
        Span<byte> head = stackalloc byte[2 + sizeof(ulong) + sizeof(uint) + 1];
        source.Read(head[..2]);
        byte flags = head[0];
        int length = 2 + ((flags & ContentSize) != 0 ? sizeof(ulong) : 0) + ((flags & DictionaryId) != 0 ? sizeof(uint) : 0);
        source.Read(head[2..(length + 1)]);
        if (head[length] != (byte)(XxHash32.HashToUInt32(head[..length]) >> 8))
            throw new InvalidDataException($"the head of the LZ4 frame at byte {start} is damaged: its check does not match");

        // Block sizes are 4 (64 KiB) to 7 (4 MiB), in the bits between reserved ones.
        int sizeCode = head[1] >> 4;
        if ((flags & FlagsMask) != FlagsKnown || (flags & Reserved) != 0 || (head[1] & 0xF) != 0 || sizeCode is < 4 or > 7)
            Reject.Unsupported($"the LZ4 frame at byte {start} has flags {Convert.ToHexStringLower(head[..2])}, which this reader does not know");
        if ((flags & DictionaryId) != 0)
            Reject.Unsupported($"the LZ4 frame at byte {start} needs a dictionary: unpack it with 'lz4 -dk -D DICTIONARY'");
        return new Lz4FrameHeader(
            1 << (FewestBlockBits + (2 * (sizeCode - 4))),
            (flags & Independent) == 0,
            (flags & BlockChecksums) != 0,
            (flags & ContentChecksum) != 0,
            (flags & ContentSize) != 0 ? BinaryPrimitives.ReadUInt64LittleEndian(head[2..]) : null);
    }
}

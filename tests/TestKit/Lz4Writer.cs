using System.Buffers.Binary;
using System.IO.Hashing;

namespace ForkTrace.TestKit;

/// <summary>
/// Writes LZ4 frames with uncompressed blocks. A test can set wrong values; the checks over them still match.
/// </summary>
public sealed class Lz4Writer
{
    private const int BlockBytes = 1 << 16;
    private const uint Stored = 1u << 31;
    private const byte BlockChecksums = 0x10, ContentSize = 8, ContentChecksum = 4, DictionaryId = 1;

    /// <summary>Version 1, independent blocks, all checks, content size.</summary>
    public byte Flags { get; init; } = 0x7C;

    /// <summary>Largest block: 40 to 70 for 64 KiB to 4 MiB.</summary>
    public byte BlockSize { get; init; } = 0x40;

    /// <summary>Error of the content size in the header.</summary>
    public int SizeError { get; init; }

    /// <summary>Errors of the checks of the header, of each block and of the content.</summary>
    public (byte Head, byte Block, byte Content) CheckErrors { get; init; }

    /// <summary>Magic number and length of a skippable frame, with that many zeros in it.</summary>
    public static byte[] Skippable(int bytes) => [0x5A, 0x2A, 0x4D, 0x18, .. BitConverter.GetBytes(bytes), .. new byte[bytes]];

    /// <summary>One frame.</summary>
    public byte[] Write(ReadOnlySpan<byte> content)
    {
        List<byte> head = [Flags, BlockSize];
        if ((Flags & ContentSize) != 0)
            head.AddRange(BitConverter.GetBytes((long)content.Length + SizeError));
        if ((Flags & DictionaryId) != 0)
            head.AddRange(new byte[sizeof(uint)]);
        byte check = (byte)(XxHash32.HashToUInt32([.. head]) >> 8);
        List<byte> frame = [0x04, 0x22, 0x4D, 0x18, .. head, (byte)(check ^ CheckErrors.Head)];
        for (int at = 0; at < content.Length; at += BlockBytes)
        {
            ReadOnlySpan<byte> block = content[at..Math.Min(at + BlockBytes, content.Length)];
            frame.AddRange([.. BitConverter.GetBytes((uint)block.Length | Stored), .. block]);
            if ((Flags & BlockChecksums) != 0)
                frame.AddRange(Check(block, CheckErrors.Block));
        }

        frame.AddRange(new byte[sizeof(uint)]);
        if ((Flags & ContentChecksum) != 0)
            frame.AddRange(Check(content, CheckErrors.Content));
        return [.. frame];
    }

    private static byte[] Check(ReadOnlySpan<byte> bytes, byte error)
    {
        byte[] stored = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(stored, XxHash32.HashToUInt32(bytes) ^ error);
        return stored;
    }
}

using System.Buffers.Binary;

namespace ForkTrace.TestKit;

/// <summary>
/// Writes .xz files with uncompressed LZMA2 chunks and CRC32. A test can set wrong values; the checks over them still match.
/// </summary>
public sealed class XzWriter
{
    private const int ChunkBytes = 1 << 16;
    private const uint Polynomial = 0xEDB88320;

    /// <summary>Kind of check in the flags.</summary>
    public byte CheckKind { get; init; } = 1;

    /// <summary>Code of the dictionary's size: 2 or 3 (by the lowest bit), shifted left by half of the rest plus 11.</summary>
    public byte DictionaryBits { get; init; } = 8;

    /// <summary>Id of the one filter.</summary>
    public byte Filter { get; init; } = 0x21;

    /// <summary>First byte of the first chunk: 1 empties the dictionary.</summary>
    public byte FirstControl { get; init; } = 1;

    /// <summary>Error of the content size in the index.</summary>
    public int IndexError { get; init; }

    /// <summary>One stream of one block.</summary>
    public byte[] Write(ReadOnlySpan<byte> content)
    {
        byte[] header = [2, 0, Filter, 1, DictionaryBits, 0, 0, 0];
        List<byte> stream = [0xFD, .. "7zXZ\0"u8, 0, CheckKind, .. Crc32([0, CheckKind]), .. header, .. Crc32(header)];
        int blockStart = stream.Count - header.Length - sizeof(uint);
        for (int at = 0; at < content.Length; at += ChunkBytes)
        {
            ReadOnlySpan<byte> chunk = content[at..Math.Min(at + ChunkBytes, content.Length)];
            stream.AddRange([at == 0 ? FirstControl : (byte)2, (byte)((chunk.Length - 1) >> 8), (byte)(chunk.Length - 1), .. chunk]);
        }

        stream.Add(0);
        int unpadded = stream.Count - blockStart + sizeof(uint);
        Pad(stream);
        stream.AddRange(Crc32(content));
        List<byte> index = [0, 1, .. Number(unpadded), .. Number(content.Length + IndexError)];
        Pad(index);
        byte[] footer = [.. BitConverter.GetBytes(index.Count / 4), 0, CheckKind];
        return [.. stream, .. index, .. Crc32([.. index]), .. Crc32(footer), .. footer, .. "YZ"u8];
    }

    private static void Pad(List<byte> bytes)
    {
        while (bytes.Count % 4 != 0)
            bytes.Add(0);
    }

    private static List<byte> Number(int value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }

    private static byte[] Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
        }

        byte[] stored = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(stored, ~crc);
        return stored;
    }
}

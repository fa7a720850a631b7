using System.Buffers.Binary;

namespace ForkTrace.Ingest.Opening;

/// <summary>
/// Entries of a .tar that describe the next one (long names, extended headers) are read into memory whole, as long as they say they
/// are: more than a megabyte is nobody's name.
/// </summary>
internal static class TarMetadata
{
    private const int BlockBytes = 512;
    private const long BytesMax = 1 << 20;

    // struct posix_header (tar.h).
    private const int SizeOffset = 124;
    private const int SizeBytes = 12;
    private const int TypeOffset = 156;
    private const int MagicOffset = 257;

    /// <summary>Rejects an archive with more of it, and goes back to its beginning.</summary>
    /// <exception cref="InvalidDataException">An entry of metadata says that it is longer than that.</exception>
    public static void RequireSmall(Stream archive)
    {
        byte[] header = new byte[BlockBytes];
        while (archive.ReadAtLeast(header, BlockBytes, throwOnEndOfStream: false) == BlockBytes
            && header.AsSpan(MagicOffset).StartsWith("ustar"u8))
        {
            long size = Size(header.AsSpan(SizeOffset, SizeBytes));
            if (header[TypeOffset] is (byte)'L' or (byte)'K' or (byte)'x' or (byte)'g' && size is < 0 or > BytesMax)
            {
                throw new InvalidDataException(
                    $"an entry that describes the next says that it has {size} bytes, at most {BytesMax} are allowed");
            }


            if (size < 0 || size > archive.Length - archive.Position)
                break;
            archive.Position += (size + BlockBytes - 1) / BlockBytes * BlockBytes;
        }

        archive.Position = 0;
    }

    // Octal digits; GNU writes large numbers in base 256, with the highest bit set.
    private static long Size(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
            return BinaryPrimitives.ReadInt64BigEndian(field[^sizeof(long)..]);
        long size = 0;
        foreach (byte digit in field)
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
                size = (size * 8) + (digit - '0');
            else if (digit is not (byte)' ')
                break;
        }

        return size;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace ForkTrace.Arrow.Compression;

/// <summary>One-shot zstd over spans, through the machine's libzstd.so.1. Every output is bounded by the caller.</summary>
/// <remarks>
/// Damaged input and a target that is too small throw <see cref="InvalidDataException"/>; a missing library throws
/// <see cref="DllNotFoundException"/> that names the package to install. Format: RFC 8878.
/// </remarks>
public static unsafe class Zstd
{
    /// <summary>The level that the zstd tool uses when none is named.</summary>
    public const int DefaultLevel = 3;

    /// <summary>The four bytes that begin a frame, 28 B5 2F FD, as a little-endian number.</summary>
    public const uint FrameMagic = 0xFD2FB528;

    private const uint SkippableMagic = 0x184D2A50;
    private const int GrowthStartBytes = 64 * 1024;

    /// <summary>True if these bytes begin with a zstd frame or a skippable frame. Needs no library.</summary>
    public static bool IsFrameStart(ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length < sizeof(uint))
            return false;
        uint magic = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        return magic == FrameMagic || (magic & 0xFFFFFFF0) == SkippableMagic;
    }

    /// <summary>The size in bytes that <see cref="Compress(ReadOnlySpan{byte}, Span{byte}, int)"/> can need at most.</summary>
    public static long MaxCompressedSize(long sourceBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceBytes);
        ZstdLibrary.Require();
        return (long)Checked(ZstdNative.ZSTD_compressBound((nuint)sourceBytes), "asking for the bound of");
    }

    /// <summary>Compresses into <paramref name="target"/> as one frame that names its content size; returns the bytes written.</summary>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target, int level = DefaultLevel)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
            return (int)Compress(from, source.Length, to, target.Length, level);
    }

    /// <summary>Compresses to a new array.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> source, int level = DefaultLevel)
    {
        byte[] target = new byte[MaxCompressedSize(source.Length)];
        int written = Compress(source, target, level);
        return target.AsSpan(0, written).ToArray();
    }

    /// <summary>Compresses native memory of any size; returns the bytes written.</summary>
    public static long Compress(byte* source, long sourceBytes, byte* target, long targetBytes, int level = DefaultLevel)
    {
        ZstdLibrary.Require();
        nuint written = ZstdNative.ZSTD_compress(target, (nuint)targetBytes, source, (nuint)sourceBytes, level);
        return (long)Checked(written, "compressing");
    }

    /// <summary>
    /// Decompresses one or more whole frames into <paramref name="target"/>; returns the bytes written, which can be fewer than
    /// the target holds.
    /// </summary>
    /// <exception cref="InvalidDataException">Damaged or truncated frames, or more content than the target holds.</exception>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
            return (int)Decompress(from, source.Length, to, target.Length);
    }

    /// <summary>Decompresses native memory of any size; returns the bytes written.</summary>
    /// <exception cref="InvalidDataException">Damaged or truncated frames, or more content than the target holds.</exception>
    public static long Decompress(byte* source, long sourceBytes, byte* target, long targetBytes)
    {
        ZstdLibrary.Require();
        nuint written = ZstdNative.ZSTD_decompress(target, (nuint)targetBytes, source, (nuint)sourceBytes);
        return (long)Checked(written, "decompressing");
    }

    /// <summary>
    /// Decompresses one or more whole frames to a new array of at most <paramref name="maxBytes"/>. Memory grows with what is really
    /// decoded, never with what a frame header claims.
    /// </summary>
    /// <exception cref="InvalidDataException">Damaged or truncated frames, or more content than allowed.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> source, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        using ZstdStreamDecoder decoder = new();
        byte[] target = new byte[Math.Min(maxBytes, Math.Max(GrowthStartBytes, source.Length))];
        int length = 0;
        ReadOnlySpan<byte> rest = source;
        while (true)
        {
            decoder.Decompress(rest, target.AsSpan(length), out int consumed, out int written);
            rest = rest[consumed..];
            length += written;
            if (rest.IsEmpty && decoder.IsAtFrameEnd)
                return target.AsSpan(0, length).ToArray();
            if (length < target.Length && rest.IsEmpty)
                throw new InvalidDataException($"zstd: the input of {source.Length} bytes ends inside a frame.");
            if (length == target.Length && target.Length == maxBytes && consumed + written == 0)
                throw new InvalidDataException($"zstd: the content is larger than the {maxBytes} bytes allowed.");
            if (length == target.Length && target.Length < maxBytes)
                Array.Resize(ref target, (int)Math.Min(maxBytes, Math.Max(GrowthStartBytes, target.Length * 2L)));
        }
    }

    /// <summary>
    /// Reads the content size in bytes that the first frame's header names. False if it names none, if the header is not whole,
    /// or if these bytes are no frame. The number is a claim of the file, not a promise.
    /// </summary>
    public static bool TryGetContentSize(ReadOnlySpan<byte> source, out long contentBytes)
    {
        ZstdLibrary.Require();
        ulong size;
        fixed (byte* from = source)
            size = ZstdNative.ZSTD_getFrameContentSize(from, (nuint)source.Length);
        bool known = size < ZstdNative.ContentSizeError && size <= long.MaxValue;
        contentBytes = known ? (long)size : -1;
        return known;
    }

    internal static nuint Checked(nuint code, string what, long? offset = null)
    {
        if (ZstdNative.ZSTD_isError(code) != 0)
            Throw(code, what, offset);
        return code;
    }

    [DoesNotReturn]
    private static void Throw(nuint code, string what, long? offset)
    {
        string name = Marshal.PtrToStringUTF8((nint)ZstdNative.ZSTD_getErrorName(code)) ?? "unknown error";
        string where = offset is null ? "" : $" near byte {offset}";
        throw new InvalidDataException($"zstd: {name} while {what} the data{where}.");
    }
}

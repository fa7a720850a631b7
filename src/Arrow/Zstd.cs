using ZstdSharp.Unsafe;

namespace ForkTrace.Arrow.Compression;

/// <summary>zstd of the bodies of Arrow batches, over native memory of any size, through ZstdSharp.</summary>
internal static unsafe class Zstd
{
    /// <summary>The level that the zstd tool uses when none is named.</summary>
    public const int DefaultLevel = 3;

    /// <summary>The size in bytes that <see cref="Compress"/> can need at most.</summary>
    public static long MaxCompressedSize(long sourceBytes) => (long)Methods.ZSTD_compressBound((nuint)sourceBytes);

    /// <summary>Compresses as one frame that names its content size; returns the bytes written.</summary>
    public static long Compress(byte* source, long sourceBytes, byte* target, long targetBytes, int level) =>
        Checked(Methods.ZSTD_compress(target, (nuint)targetBytes, source, (nuint)sourceBytes, level));

    /// <summary>Decompresses whole frames; returns the bytes written.</summary>
    /// <exception cref="InvalidDataException">Damaged or truncated frames, or more content than the target holds.</exception>
    public static long Decompress(byte* source, long sourceBytes, byte* target, long targetBytes) =>
        Checked(Methods.ZSTD_decompress(target, (nuint)targetBytes, source, (nuint)sourceBytes));

    /// <summary>Reads the content size that the first frame's header names; false if it names none or these bytes are no frame.</summary>
    public static bool TryGetContentSize(ReadOnlySpan<byte> source, out long contentBytes)
    {
        ulong size;
        fixed (byte* from = source)
            size = Methods.ZSTD_getFrameContentSize(from, (nuint)source.Length);
        contentBytes = size <= long.MaxValue ? (long)size : -1;
        return contentBytes >= 0;
    }

    private static long Checked(nuint code) =>
        Methods.ZSTD_isError(code) ? throw new InvalidDataException($"zstd: {Methods.ZSTD_getErrorName(code)}.") : (long)code;
}

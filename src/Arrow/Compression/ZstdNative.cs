using System.Runtime.InteropServices;

namespace ForkTrace.Arrow.Compression;

/// <summary>The functions of libzstd's stable interface (zstd.h, 1.4 and later) that are called here.</summary>
/// <remarks>Sizes are size_t. A size that <see cref="ZSTD_isError"/> accepts is an error number, not a size.</remarks>
internal static unsafe partial class ZstdNative
{
    /// <summary>ZSTD_d_windowLogMax: the largest window (as a power of two) that a decoder will allocate.</summary>
    public const int WindowLogMaxParameter = 100;

    /// <summary>ZSTD_CONTENTSIZE_UNKNOWN and ZSTD_CONTENTSIZE_ERROR are the two largest values.</summary>
    public const ulong ContentSizeError = ulong.MaxValue - 1;

    [LibraryImport(ZstdLibrary.Name)]
    public static partial nuint ZSTD_compressBound(nuint sourceSize);

    [LibraryImport(ZstdLibrary.Name)]
    public static partial nuint ZSTD_compress(byte* target, nuint capacity, byte* source, nuint sourceSize, int level);

    [LibraryImport(ZstdLibrary.Name)]
    public static partial nuint ZSTD_decompress(byte* target, nuint capacity, byte* source, nuint sourceSize);

    [LibraryImport(ZstdLibrary.Name)]
    public static partial ulong ZSTD_getFrameContentSize(byte* source, nuint sourceSize);

    [LibraryImport(ZstdLibrary.Name)]
    public static partial uint ZSTD_isError(nuint code);

    [LibraryImport(ZstdLibrary.Name)]
    public static partial byte* ZSTD_getErrorName(nuint code);

    [LibraryImport(ZstdLibrary.Name)]
    public static partial int ZSTD_minCLevel();

    [LibraryImport(ZstdLibrary.Name)]
    public static partial int ZSTD_maxCLevel();

    [LibraryImport(ZstdLibrary.Name)]
    public static partial nint ZSTD_createDCtx();

    [LibraryImport(ZstdLibrary.Name)]
    public static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(ZstdLibrary.Name)]
    public static partial nuint ZSTD_DCtx_setParameter(ZstdDecoderHandle context, int parameter, int value);

    /// <summary>Resets the session (directive 1): the next byte is the first of a frame; parameters stay.</summary>
    [LibraryImport(ZstdLibrary.Name)]
    public static partial nuint ZSTD_DCtx_reset(ZstdDecoderHandle context, int directive);

    [LibraryImport(ZstdLibrary.Name)]
    public static partial nuint ZSTD_decompressStream(ZstdDecoderHandle context, ref OutBuffer output, ref InBuffer input);

    /// <summary>ZSTD_inBuffer: where to read, how much, how far zstd got.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InBuffer
    {
        public byte* Source;
        public nuint Size;
        public nuint Position;
    }

    /// <summary>ZSTD_outBuffer: where to write, how much, how far zstd got.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OutBuffer
    {
        public byte* Target;
        public nuint Size;
        public nuint Position;
    }
}

using ZstdSharp.Unsafe;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// zstd (RFC 8878) for data that arrives in pieces cut anywhere, or whole. Frames may follow one another; skippable frames give no output.
/// Not thread safe.
/// </summary>
/// <remarks>
/// How to call <see cref="Decompress"/>: repeat it with the rest of the source until the source is consumed and the target was not filled.
/// Damage throws <see cref="InvalidDataException"/>; <see cref="Reset"/> makes the decoder usable again.
/// </remarks>
internal sealed unsafe class ZstdDecoder : IDisposable
{
    /// <summary>The largest window that a frame may ask for, as a power of two: what the zstd tool accepts without <c>--long</c>.</summary>
    public const int WindowLogMax = 27;

    private const uint FrameMagic = 0xFD2FB528;
    private const uint SkippableMagic = 0x184D2A50;
    private ZSTD_DCtx_s* _context;

    public ZstdDecoder()
    {
        _context = Methods.ZSTD_createDCtx();
        if (_context is null)
            throw new InsufficientMemoryException("zstd could not allocate a decoder.");
        Methods.ZSTD_DCtx_setParameter(_context, ZSTD_dParameter.ZSTD_d_windowLogMax, WindowLogMax);
    }

    /// <summary>Compressed bytes consumed since the start or the last <see cref="Reset"/>.</summary>
    public long BytesConsumed { get; private set; }

    /// <summary>Content bytes written since the start or the last <see cref="Reset"/>.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>
    /// True at the start, and when the last call ended exactly at the end of a frame with all of its content handed out. False at the end
    /// of the input means that the input is truncated.
    /// </summary>
    public bool IsAtFrameEnd { get; private set; } = true;

    /// <summary>True if these bytes begin with a zstd frame or a skippable frame.</summary>
    public static bool IsFrameStart(ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length < sizeof(uint))
            return false;
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        return magic == FrameMagic || (magic & 0xFFFFFFF0) == SkippableMagic;
    }

    /// <summary>
    /// Decodes as much as fits. Either side may be empty. A call ends at a frame's end even if more source follows: pass the rest to the
    /// next call.
    /// </summary>
    public void Decompress(ReadOnlySpan<byte> source, Span<byte> target, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        if (source.IsEmpty && (IsAtFrameEnd || target.IsEmpty))
            return;
        ObjectDisposedException.ThrowIf(_context is null, this);
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            ZSTD_inBuffer_s input = new() { src = from, size = (nuint)source.Length };
            ZSTD_outBuffer_s output = new() { dst = to, size = (nuint)target.Length };
            nuint hint = Methods.ZSTD_decompressStream(_context, &output, &input);
            IsAtFrameEnd = Checked(hint, BytesConsumed) == 0;
            consumed = (int)input.pos;
            written = (int)output.pos;
        }

        BytesConsumed += consumed;
        BytesWritten += written;
    }

    /// <summary>Decodes whole frames directly into the target; returns the number of bytes written.</summary>
    /// <exception cref="InvalidDataException">Damaged or truncated frames, or more content than the target holds.</exception>
    public int DecompressWhole(ReadOnlySpan<byte> source, Span<byte> target)
    {
        ObjectDisposedException.ThrowIf(_context is null, this);
        fixed (byte* from = source)
        fixed (byte* to = target)
            return (int)Checked(Methods.ZSTD_decompressDCtx(_context, to, (nuint)target.Length, from, (nuint)source.Length), null);
    }

    /// <summary>Discards the current frame: the next byte must be the first of a frame.</summary>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_context is null, this);
        Methods.ZSTD_DCtx_reset(_context, ZSTD_ResetDirective.ZSTD_reset_session_only);
        BytesConsumed = 0;
        BytesWritten = 0;
        IsAtFrameEnd = true;
    }

    public void Dispose()
    {
        Methods.ZSTD_freeDCtx(_context);
        _context = null;
    }

    private static nuint Checked(nuint code, long? offset)
    {
        if (!Methods.ZSTD_isError(code))
            return code;
        string where = offset is null ? "" : $" in the data from byte {offset}";
        throw new InvalidDataException($"zstd: {Methods.ZSTD_getErrorName(code)}{where}.");
    }
}

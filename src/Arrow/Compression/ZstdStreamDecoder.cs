namespace ForkTrace.Arrow.Compression;

/// <summary>
/// A push decoder for zstd data that arrives in pieces cut anywhere: feed bytes, take what they decode to. Frames may follow
/// one another; skippable frames give no output. Not thread safe.
/// </summary>
/// <remarks>
/// How to call it: repeat <see cref="Decompress"/> with the rest of the source until the source is consumed and the target was not
/// filled. When the target was not filled, all that the source decodes to has been handed out.
/// </remarks>
public sealed unsafe class ZstdStreamDecoder : IDisposable
{
    /// <summary>The largest window by default, as a power of two: 128 MiB, what the zstd tool accepts without <c>--long</c>.</summary>
    public const int DefaultMaxWindowLog = 27;

    private readonly ZstdDecoderHandle _handle = new();

    /// <summary>Makes a decoder.</summary>
    /// <param name="maxWindowLog">
    /// The largest window that a frame may ask for, as a power of two (10..31): it bounds the memory that the decoder allocates.
    /// </param>
    public ZstdStreamDecoder(int maxWindowLog = DefaultMaxWindowLog)
    {
        nuint code = ZstdNative.ZSTD_DCtx_setParameter(_handle, ZstdNative.WindowLogMaxParameter, maxWindowLog);
        if (ZstdNative.ZSTD_isError(code) != 0)
        {
            _handle.Dispose();
            throw new ArgumentOutOfRangeException(nameof(maxWindowLog), maxWindowLog, "zstd accepts windows of 2^10 to 2^31 bytes.");
        }
    }

    /// <summary>Compressed bytes consumed since the start or the last <see cref="Reset"/>.</summary>
    public long BytesConsumed { get; private set; }

    /// <summary>Content bytes written since the start or the last <see cref="Reset"/>.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>
    /// True at the start, and when the last call ended exactly at the end of a frame with all of its content handed out. False at the
    /// end of the input means that the input is truncated.
    /// </summary>
    public bool IsAtFrameEnd { get; private set; } = true;

    /// <summary>Decodes as much as fits. Either side may be empty. A call ends at a frame's end even if more source follows.</summary>
    /// <param name="source">The next compressed bytes.</param>
    /// <param name="target">Where the content goes.</param>
    /// <param name="consumed">Bytes of the source used up; give the rest again.</param>
    /// <param name="written">Bytes of the target filled.</param>
    /// <exception cref="InvalidDataException">
    /// The data is damaged or asks for too large a window. <see cref="Reset"/> makes the decoder usable again.
    /// </exception>
    public void Decompress(ReadOnlySpan<byte> source, Span<byte> target, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        if (source.IsEmpty && (IsAtFrameEnd || target.IsEmpty))
            return;
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            ZstdNative.InBuffer input = new() { Source = from, Size = (nuint)source.Length };
            ZstdNative.OutBuffer output = new() { Target = to, Size = (nuint)target.Length };
            nuint hint = ZstdNative.ZSTD_decompressStream(_handle, ref output, ref input);
            hint = Zstd.Checked(hint, "decompressing", BytesConsumed);
            consumed = (int)input.Position;
            written = (int)output.Position;
            IsAtFrameEnd = hint == 0;
        }

        BytesConsumed += consumed;
        BytesWritten += written;
    }

    /// <summary>Forgets the frame under way: the next byte is taken as the first of a frame.</summary>
    public void Reset()
    {
        _ = Zstd.Checked(ZstdNative.ZSTD_DCtx_reset(_handle, 1), "resetting the decoder of");
        BytesConsumed = 0;
        BytesWritten = 0;
        IsAtFrameEnd = true;
    }

    public void Dispose() => _handle.Dispose();
}

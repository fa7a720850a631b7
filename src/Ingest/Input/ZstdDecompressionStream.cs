namespace ForkTrace.Ingest.Input;

/// <summary>The content of a zstd stream, read forward. Like the zstd tool, it joins the contents of consecutive frames.</summary>
/// <remarks>
/// An input without a frame, or that ends inside a frame, throws <see cref="InvalidDataException"/> after the content before that place has
/// been returned. The source is left open.
/// </remarks>
internal sealed class ZstdDecompressionStream(Stream source, int bufferBytes = 64 * 1024) : ForwardOnlyStream
{
    private readonly ZstdDecoder _decoder = new();
    private readonly byte[] _buffer = new byte[bufferBytes];
    private int _bufferStart;
    private int _bufferEnd;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;

        // Each iteration writes, consumes, or reads from the source. The loop ends when content was written or the source has ended.
        while (true)
        {
            ReadOnlySpan<byte> packed = _buffer.AsSpan(_bufferStart, _bufferEnd - _bufferStart);
            _decoder.Decompress(packed, buffer, out int consumed, out int written);
            _bufferStart += consumed;
            if (written > 0)
                return written;
            if (_bufferStart < _bufferEnd)
                continue;
            _bufferStart = 0;
            _bufferEnd = source.Read(_buffer);
            if (_bufferEnd == 0)
                return EndOfContent();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _decoder.Dispose();
        base.Dispose(disposing);
    }

    private int EndOfContent()
    {
        if (_decoder.BytesConsumed == 0)
            throw new InvalidDataException("zstd: the input is empty, but must contain at least one frame.");
        if (!_decoder.IsAtFrameEnd)
        {
            throw new InvalidDataException(
                $"zstd: the input ends inside a frame, after {_decoder.BytesConsumed} bytes that decoded to {_decoder.BytesWritten}.");
        }

        return 0;
    }
}

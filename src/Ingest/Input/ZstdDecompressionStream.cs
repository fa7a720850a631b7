namespace ForkTrace.Ingest.Input;

/// <summary>The content of a zstd stream, read forward. Frames one after another read as one content, as with the zstd tool.</summary>
/// <remarks>
/// An input that ends inside a frame, or that holds no frame at all, throws <see cref="InvalidDataException"/> at the point where the
/// content runs out; what was decoded before has been handed out by then. The source is left open.
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

        // Each turn writes, consumes, or reads from the source, until one writes or the source has ended.
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
            throw new InvalidDataException("zstd: the input is empty; a zstd stream holds at least one frame.");
        if (!_decoder.IsAtFrameEnd)
        {
            throw new InvalidDataException(
                $"zstd: the input ends inside a frame, after {_decoder.BytesConsumed} bytes that decoded to {_decoder.BytesWritten}.");
        }

        return 0;
    }
}

namespace ForkTrace.Arrow.Compression;

/// <summary>
/// The content of a zstd stream, read forward. Several frames one after another read as one content, as the zstd tool does it.
/// </summary>
/// <remarks>
/// An input that ends inside a frame, or that holds no frame at all, throws <see cref="InvalidDataException"/> at the point where the
/// content runs out; what was decoded before has been handed out by then.
/// </remarks>
public sealed class ZstdDecompressionStream : Stream
{
    private readonly Stream _source;
    private readonly bool _leaveOpen;
    private readonly ZstdStreamDecoder _decoder;
    private readonly byte[] _buffer;
    private int _bufferStart;
    private int _bufferEnd;
    private bool _sourceEnded;

    /// <summary>Reads zstd frames from a stream that is only ever read forward.</summary>
    /// <param name="source">The compressed bytes.</param>
    /// <param name="leaveOpen">True to leave the source open when this stream is disposed.</param>
    /// <param name="maxWindowLog">The largest window that a frame may ask for, as a power of two.</param>
    /// <param name="bufferBytes">How much is read from the source at once.</param>
    public ZstdDecompressionStream(
        Stream source, bool leaveOpen = false, int maxWindowLog = ZstdStreamDecoder.DefaultMaxWindowLog, int bufferBytes = 128 * 1024)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferBytes);
        _decoder = new ZstdStreamDecoder(maxWindowLog);
        _source = source;
        _leaveOpen = leaveOpen;
        _buffer = new byte[bufferBytes];
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length of a zstd stream is not known before its end.");

    public override long Position
    {
        get => _decoder.BytesWritten;
        set => throw new NotSupportedException("A zstd stream reads forward only.");
    }

    /// <summary>Compressed bytes used so far, for progress.</summary>
    public long CompressedPosition => _decoder.BytesConsumed;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        // Each turn writes, consumes, or reads from the source, until one writes or the source has ended.
        while (true)
        {
            ReadOnlySpan<byte> source = _buffer.AsSpan(_bufferStart, _bufferEnd - _bufferStart);
            _decoder.Decompress(source, buffer, out int consumed, out int written);
            _bufferStart += consumed;
            if (written > 0)
                return written;
            if (_bufferStart < _bufferEnd)
                continue;
            if (_sourceEnded)
                return EndOfContent();
            Refill();
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A zstd stream reads forward only.");

    public override void SetLength(long value) => throw new NotSupportedException("A zstd stream is read only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A zstd stream is read only.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder.Dispose();
            if (!_leaveOpen)
                _source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Refill()
    {
        _bufferStart = 0;
        _bufferEnd = _source.Read(_buffer);
        _sourceEnded = _bufferEnd == 0;
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

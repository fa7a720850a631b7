using System.IO.Hashing;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The bytes of a pipe, read once, as they arrive. Earlier bytes are not kept, so readers must move forward. The digest covers all bytes.
/// </summary>
internal sealed class PipeSource(Stream pipe) : IDisposable
{
    private const int ReadBytes = 1 << 16;

    private readonly XxHash128 _hash = new();
    private byte[] _buffer = new byte[2 * ReadBytes];
    private long _start;
    private int _length;
    private bool _isAtEnd;

    /// <summary>Bytes of the whole recording; long.MaxValue until its end has been seen.</summary>
    public long Length => _isAtEnd ? _start + _length : long.MaxValue;

    /// <summary>The digest. Reads whatever has not been read yet.</summary>
    public string Digest
    {
        get
        {
            while (!_isAtEnd)
            {
                Release(_start + _length);
                ReadSome();
            }

            return RecordingDigest.Of(_hash);
        }
    }

    /// <summary>
    /// Bytes from an offset on: all that have arrived, but at least <paramref name="lengthMin"/> (waiting for them) unless the pipe ends
    /// earlier, and at most <paramref name="lengthMax"/>. Valid until the next call. Bytes before the offset are dropped.
    /// </summary>
    public ReadOnlySpan<byte> From(long offset, int lengthMin, int lengthMax)
    {
        Release(offset);
        while (!_isAtEnd && _start + _length < offset + lengthMin)
        {
            ReadSome();
            Release(offset);
        }

        long at = offset - _start;
        return at >= _length ? [] : _buffer.AsSpan((int)at, (int)Math.Min(_length - at, lengthMax));
    }

    /// <summary>The first bytes, as many as requested unless the pipe ends earlier. They can still be read afterwards.</summary>
    public ReadOnlySpan<byte> Peek(int length)
    {
        while (!_isAtEnd && _length < length)
            ReadSome();
        return _buffer.AsSpan(0, Math.Min(length, _length));
    }

    /// <summary>The unread rest as a stream, to copy it.</summary>
    public Stream Rest() => new RestOfPipe(this);

    public void Dispose() => pipe.Dispose();

    private void Release(long offset)
    {
        int count = (int)Math.Min(offset - _start, _length);
        if (count <= 0)
            return;
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _start += count;
        _length -= count;
    }

    private void ReadSome()
    {
        if (_buffer.Length - _length < ReadBytes)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        int read = pipe.Read(_buffer, _length, _buffer.Length - _length);
        _hash.Append(_buffer.AsSpan(_length, read));
        _length += read;
        _isAtEnd = read == 0;
    }

    private sealed class RestOfPipe(PipeSource source) : ForwardOnlyStream
    {
        private long _at;

        public override int Read(Span<byte> buffer)
        {
            ReadOnlySpan<byte> bytes = source.From(_at, 1, buffer.Length);
            bytes.CopyTo(buffer);
            _at += bytes.Length;
            return bytes.Length;
        }
    }
}

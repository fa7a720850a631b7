using System.IO.Hashing;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The bytes of a pipe, read as they come and once. Those that are behind are gone: whoever reads goes forward. The digest is made of all
/// that passes.
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

    /// <summary>The digest; what nobody has read yet is read now.</summary>
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
    /// Bytes from an offset on: all that are there, but at least <paramref name="lengthMin"/> unless the pipe ends before, and at most
    /// <paramref name="lengthMax"/>. Waits for them. Valid until the next call; bytes before the offset are given up.
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

    /// <summary>The bytes at the beginning, as many as are asked for unless the pipe ends before. They stay to be read.</summary>
    public ReadOnlySpan<byte> Peek(int length)
    {
        while (!_isAtEnd && _length < length)
            ReadSome();
        return _buffer.AsSpan(0, Math.Min(length, _length));
    }

    /// <summary>What has not been read yet, for whoever copies it to its end.</summary>
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

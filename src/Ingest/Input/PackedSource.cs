namespace ForkTrace.Ingest.Input;

/// <summary>Reads the bytes of a packed file forward, and counts them. Messages use the name.</summary>
internal class PackedSource(Stream stream, string name)
{
    private const int BufferBytes = 1 << 16;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _at;
    private int _end;

    public long Position { get; private set; }

    public bool IsAtEnd
    {
        get
        {
            if (_at == _end)
                (_at, _end) = (0, stream.Read(_buffer));
            return _at == _end;
        }
    }

    /// <summary>Fills the span.</summary>
    /// <exception cref="EndOfStreamException">The file ends too early.</exception>
    public void Read(Span<byte> bytes)
    {
        for (int filled = 0; filled < bytes.Length;)
        {
            int count = Math.Min(bytes.Length - filled, Buffered());
            _buffer.AsSpan(_at, count).CopyTo(bytes[filled..]);
            filled += count;
            Advance(count);
        }
    }

    /// <summary>Skips bytes.</summary>
    /// <exception cref="EndOfStreamException">The file ends too early.</exception>
    public void Skip(long bytes)
    {
        while (bytes > 0)
        {
            int count = (int)Math.Min(bytes, Buffered());
            bytes -= count;
            Advance(count);
        }
    }

    private int Buffered() =>
        IsAtEnd ? throw new EndOfStreamException($"the {name} file is cut off: it ends at byte {Position}") : _end - _at;

    private void Advance(int count)
    {
        _at += count;
        Position += count;
    }
}

namespace ForkTrace.Ingest.Input.Xz;

/// <summary>
/// What was unpacked last, as far back as matches may reach. It grows with what is in it, so that a dictionary that a file merely claims to
/// need costs nothing.
/// </summary>
internal sealed class LzmaWindow(int dictionaryBytes)
{
    private byte[] _bytes = [];
    private int _end;
    private int _handedOut;

    /// <summary>Bytes since the dictionary was last emptied.</summary>
    public long Position { get; private set; }

    /// <summary>Unpacked, and not handed out yet.</summary>
    public ReadOnlySpan<byte> Pending => _bytes.AsSpan(_handedOut, _end - _handedOut);

    /// <summary>The last byte, 0 if there is none.</summary>
    public byte Last => Position == 0 ? (byte)0 : _bytes[_end - 1];

    public void HandOut(int count) => _handedOut += count;

    /// <summary>Forgets what came before: matches cannot reach it any more.</summary>
    public void Reset() => Position = 0;

    /// <summary>Makes room for a chunk; everything before it must have been handed out.</summary>
    public void MakeRoom(int chunkBytes)
    {
        if (_bytes.Length - _end >= chunkBytes)
            return;
        int kept = (int)Math.Min(Math.Min(Position, dictionaryBytes), _end);

        // Room for as much again, so that each byte is moved but once or so.
        int wanted = kept + Math.Max(chunkBytes, kept);
        byte[] bytes = _bytes.Length >= wanted ? _bytes : new byte[wanted];
        _bytes.AsSpan(_end - kept, kept).CopyTo(bytes);
        (_bytes, _end, _handedOut) = (bytes, kept, kept);
    }

    public void Put(byte one)
    {
        _bytes[_end++] = one;
        Position++;
    }

    /// <summary>The byte at a distance of 1 and more back.</summary>
    public byte Back(uint distance)
    {
        RequireReach(distance);
        return _bytes[_end - (int)distance];
    }

    /// <summary>Repeats bytes from a distance back; source and target may overlap.</summary>
    public void Repeat(uint distance, int length)
    {
        RequireReach(distance);
        byte[] bytes = _bytes;
        int from = _end - (int)distance;
        if (distance >= (uint)length)
            bytes.AsSpan(from, length).CopyTo(bytes.AsSpan(_end));
        else
        {
            for (int index = 0; index < length; index++)
                bytes[_end + index] = bytes[from + index];
        }

        _end += length;
        Position += length;
    }

    /// <summary>Bytes as they are.</summary>
    public void Copy(XzSource source, int length)
    {
        source.Read(_bytes.AsSpan(_end, length));
        _end += length;
        Position += length;
    }

    private void RequireReach(uint distance)
    {
        if (distance == 0 || distance > (uint)Math.Min(Position, dictionaryBytes))
            throw new InvalidDataException($"a match of LZMA reaches {distance} bytes back, where {Position} are known");
    }
}

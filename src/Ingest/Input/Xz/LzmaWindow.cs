namespace ForkTrace.Ingest.Input.Xz;

/// <summary>
/// The latest unpacked bytes, as far back as matches can refer. It grows with its content, so a file that claims to need a large dictionary
/// costs no memory.
/// </summary>
internal sealed class LzmaWindow(int dictionaryBytes)
{
    private byte[] _bytes = [];
    private int _end;
    private int _handedOut;

    /// <summary>Bytes since the dictionary was last emptied.</summary>
    public long Position { get; private set; }

    /// <summary>Unpacked bytes that have not been taken yet.</summary>
    public ReadOnlySpan<byte> Pending => _bytes.AsSpan(_handedOut, _end - _handedOut);

    /// <summary>The last byte, 0 if there is none.</summary>
    public byte Last => Position == 0 ? (byte)0 : _bytes[_end - 1];

    public void HandOut(int count) => _handedOut += count;

    /// <summary>Empties the dictionary: matches cannot refer to earlier bytes any more.</summary>
    public void Reset() => Position = 0;

    /// <summary>Makes room for a chunk. All pending bytes must have been taken.</summary>
    public void MakeRoom(int chunkBytes)
    {
        if (_bytes.Length - _end >= chunkBytes)
            return;
        int kept = (int)Math.Min(Math.Min(Position, dictionaryBytes), _end);

        // The doubled size keeps the average number of moves per byte near one.
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

    /// <summary>The byte at a distance back, which is at least 1.</summary>
    public byte Back(uint distance)
    {
        RequireReach(distance);
        return _bytes[_end - (int)distance];
    }

    /// <summary>Repeats bytes from a distance back. Source and target may overlap.</summary>
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

    /// <summary>Copies uncompressed bytes.</summary>
    public void Copy(XzSource source, int length)
    {
        source.Read(_bytes.AsSpan(_end, length));
        _end += length;
        Position += length;
    }

    private void RequireReach(uint distance)
    {
        if (distance == 0 || distance > (uint)Math.Min(Position, dictionaryBytes))
            throw new InvalidDataException($"a match of LZMA refers {distance} bytes back, but there are only {Position}");
    }
}

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// The content of compressed records: one zstd stream, cut into records by the recorder at its buffers' ends, so that a record of the
/// content may begin in one and end in the next. What was not used up stays at the buffer's beginning.
/// </summary>
internal sealed class CompressedRecords : IDisposable
{
    // A record is below 64 KiB, so what is left over never keeps new content out.
    private const int BufferBytes = 1 << 18;

    // perf compresses with zstd's levels 1 to 22, none of which makes a larger window than the decoder takes.
    private readonly ZstdDecoder _decoder = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _filled;

    /// <summary>Bytes unpacked and not released.</summary>
    public int Rest => _filled;

    /// <summary>
    /// Unpacks some of <paramref name="packed"/>, shortens it by what was used, and returns all that is not released yet.
    /// </summary>
    /// <param name="packed">Compressed bytes.</param>
    /// <param name="offset">Where they lie in the input, for messages.</param>
    /// <param name="isMore">True if there may be more content: release some, and call again.</param>
    public ReadOnlySpan<byte> Unpack(ref ReadOnlySpan<byte> packed, long offset, out bool isMore)
    {
        int filledBefore = _filled;
        int usedBefore = packed.Length;
        try
        {
            _decoder.Decompress(packed, _buffer.AsSpan(_filled), out int consumed, out int written);
            packed = packed[consumed..];
            _filled += written;
        }
        catch (InvalidDataException damage)
        {
            throw new IngestException(
                "damaged_compression", $"the compressed record at byte {offset} cannot be unpacked: {damage.Message}", offset);
        }

        // A full buffer may hide more content; bytes left over are another frame. Neither can go on without progress.
        bool isProgress = _filled > filledBefore || packed.Length < usedBefore;
        isMore = isProgress && (_filled == BufferBytes || !packed.IsEmpty);
        return _buffer.AsSpan(0, _filled);
    }

    /// <summary>Gives up the first <paramref name="count"/> bytes.</summary>
    public void Release(int count)
    {
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
    }

    public void Dispose() => _decoder.Dispose();
}

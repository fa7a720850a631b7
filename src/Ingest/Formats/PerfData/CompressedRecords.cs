namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// The content of compressed records: one zstd stream, cut into records by the recorder at its buffers' ends, so that a record of the
/// content may begin in one and end in the next. What was not used up stays at the buffer's beginning.
/// </summary>
internal sealed class CompressedRecords(UnpackBudget budget) : IDisposable
{
    // A record is below 64 KiB, so what is left over never keeps new content out.
    private const int BufferBytes = 1 << 18;

    // perf compresses with zstd's levels 1 to 22, none of which makes a larger window than the decoder takes.
    private readonly ZstdDecoder _decoder = new();
    private readonly byte[] _buffer = new byte[BufferBytes];

    /// <summary>Bytes unpacked and not released.</summary>
    public int Rest { get; private set; }

    /// <summary>
    /// Unpacks some of <paramref name="packed"/>, shortens it by what was used, and returns all that is not released yet. If there may be
    /// more content: release some, and call again. The offset in the input is for messages.
    /// </summary>
    public ReadOnlySpan<byte> Unpack(ref ReadOnlySpan<byte> packed, long offset, out bool isMore)
    {
        int filledBefore = Rest;
        int usedBefore = packed.Length;
        try
        {
            _decoder.Decompress(packed, _buffer.AsSpan(Rest), out int consumed, out int written);
            packed = packed[consumed..];
            Rest += written;
        }
        catch (InvalidDataException damage)
        {
            throw new IngestException(
                "damaged_compression", $"the compressed record at byte {offset} cannot be unpacked: {damage.Message}", offset);
        }

        budget.Take(Rest - filledBefore);

        // A full buffer may hide more content; bytes left over are another frame. Neither can go on without progress.
        bool isProgress = Rest > filledBefore || packed.Length < usedBefore;
        isMore = isProgress && (Rest == BufferBytes || !packed.IsEmpty);
        return _buffer.AsSpan(0, Rest);
    }

    /// <summary>Gives up the first <paramref name="count"/> bytes.</summary>
    public void Release(int count)
    {
        _buffer.AsSpan(count, Rest - count).CopyTo(_buffer);
        Rest -= count;
    }

    public void Dispose() => _decoder.Dispose();
}

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>
/// The content of compressed records. They are pieces of one zstd stream, cut at the ends of the recorder's buffers, so a record of the
/// content can begin in one piece and end in the next. Unused content stays at the buffer's beginning.
/// </summary>
internal sealed class CompressedRecords(UnpackBudget budget) : IDisposable
{
    // A record is shorter than 64 KiB, so the rest of one always leaves room for new content.
    private const int BufferBytes = 1 << 18;

    // perf uses zstd's levels 1 to 22. None needs a larger window than the decoder allows.
    private readonly ZstdDecoder _decoder = new();
    private readonly byte[] _buffer = new byte[BufferBytes];

    /// <summary>Number of unpacked bytes that have not been released.</summary>
    public int Rest { get; private set; }

    /// <summary>
    /// Unpacks a part of <paramref name="packed"/>, removes that part, and returns all content that is not released yet. If <paramref
    /// name="isMore"/> is true, release some content and call again. The offset in the input is for messages.
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

    /// <summary>Releases the first <paramref name="count"/> bytes.</summary>
    public void Release(int count)
    {
        _buffer.AsSpan(count, Rest - count).CopyTo(_buffer);
        Rest -= count;
    }

    public void Dispose() => _decoder.Dispose();
}

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// Walks the blocks: each begins with a word of 24 bits of size and 8 bits of kind. A file that ends before its last block was cut off.
/// </summary>
internal ref struct BlockWalk(TraceInput input)
{
    private const int HeadBytes = 4;
    private long _next = NetTraceHeader.Bytes;

    /// <summary>The block's kind.</summary>
    public int Kind { get; private set; }

    /// <summary>Where the block's content begins in the file.</summary>
    public long Offset { get; private set; }

    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>True if the file ended before the block that ends a trace.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Goes to the next block; false at the end.</summary>
    public bool TryNext()
    {
        ReadOnlySpan<byte> head = input.SliceUpTo(_next, HeadBytes);
        if (head.Length < HeadBytes)
        {
            IsCut = true;
            return false;
        }

        uint word = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(head);
        Kind = (int)(word >> 24);
        int size = (int)(word & 0xFFFFFF);
        Offset = _next + HeadBytes;
        Content = input.SliceUpTo(Offset, size);
        IsCut = Content.Length < size;
        _next = Offset + size;
        return !IsCut && Kind != BlockKind.EndOfStream;
    }
}

namespace ForkTrace.Arrow.Reading;

/// <summary>The memory of one batch: its body, in a mapped file or owned, and what was decompressed from it.</summary>
internal sealed unsafe class BatchMemory : IDisposable
{
    private readonly MappedFile? _file;
    private readonly NativeBlock? _owned;
    private readonly List<NativeBlock> _decompressed = [];
    private readonly byte* _body;
    private bool _isDisposed;

    /// <summary>A body inside a mapped file; the caller has checked the range.</summary>
    public BatchMemory(MappedFile file, long offset, long sizeBytes)
    {
        _file = file;
        _body = file.Pointer + offset;
        FileOffset = offset;
        SizeBytes = sizeBytes;
    }

    /// <summary>A body of its own, freed with this object.</summary>
    public BatchMemory(NativeBlock body, long streamOffset, long sizeBytes)
    {
        _owned = body;
        _body = body.Pointer;
        FileOffset = streamOffset;
        SizeBytes = sizeBytes;
    }

    /// <summary>Where the body is in the file or stream.</summary>
    public long FileOffset { get; }

    public long SizeBytes { get; }

    public bool IsDisposed => _isDisposed || (_file?.IsDisposed ?? false);

    public byte* At(long offset) => _body + offset;

    public void RequireOpen()
    {
        if (IsDisposed)
            throw new ObjectDisposedException(nameof(RecordBatch), "The batch, or the reader that it came from, was disposed.");
    }

    public byte* Keep(NativeBlock block)
    {
        lock (_decompressed)
            _decompressed.Add(block);
        return block.Pointer;
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _owned?.Dispose();
        foreach (NativeBlock block in _decompressed)
            block.Dispose();
    }
}

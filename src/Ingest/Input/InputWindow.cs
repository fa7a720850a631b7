namespace ForkTrace.Ingest.Input;

/// <summary>
/// A part of an input in a reused buffer, for code that reads parts of an input once. For one thread; results are valid until the next
/// call. The digest is computed at the same time.
/// </summary>
internal sealed class InputWindow
{
    /// <summary>Default number of bytes read at a time. They stay in the processor's caches until they are decoded.</summary>
    public const int Bytes = 1 << 19;

    private byte[] _buffer = [];
    private long _start;
    private int _length;

    /// <summary>A window.</summary>
    /// <param name="input">The input.</param>
    /// <param name="sizeBytes">Minimum number of bytes read at a time.</param>
    public InputWindow(TraceInput input, int sizeBytes = Bytes)
    {
        Input = input;
        SizeBytes = sizeBytes;
        input.DigestUnderWay?.Begin();
    }

    public TraceInput Input { get; }

    /// <summary>Minimum number of bytes read at a time.</summary>
    public int SizeBytes { get; }

    /// <summary>Same as <see cref="TraceInput.SliceUpTo"/>.</summary>
    public ReadOnlySpan<byte> SliceUpTo(long offset, int lengthMax)
    {
        int length = Input.BytesAt(offset, lengthMax);
        if (length == 0)
            return [];
        if (offset < _start || offset + length > _start + _length)
            Fill(offset, Math.Max(length, Input.BytesAt(offset, SizeBytes)));
        return _buffer.AsSpan((int)(offset - _start), length);
    }

    /// <summary>Same as <see cref="TraceInput.Slice"/>.</summary>
    public ReadOnlySpan<byte> Slice(long offset, long length, string what)
    {
        Input.RequireThere(offset, length, what);
        return SliceUpTo(offset, (int)length);
    }

    private void Fill(long offset, int length)
    {
        _length = 0;
        if (_buffer.Length < length)
            _buffer = GC.AllocateUninitializedArray<byte>(length);
        Input.Read(offset, _buffer.AsSpan(0, length));
        (_start, _length) = (offset, length);
    }
}

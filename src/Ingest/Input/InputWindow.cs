namespace ForkTrace.Ingest.Input;

/// <summary>
/// A part of an input, in a buffer that is used again for the next part: for code that goes through parts of an input once. One thread uses
/// it, and what it gives is valid until the next call. Meanwhile the digest is made.
/// </summary>
internal sealed class InputWindow
{
    /// <summary>What is read at a time if less is asked for: it stays in the processor's caches until it is decoded.</summary>
    public const int Bytes = 1 << 19;

    private byte[] _buffer = [];
    private long _start;
    private int _length;

    /// <summary>A window.</summary>
    /// <param name="input">The input.</param>
    /// <param name="sizeBytes">What is read at a time if less is asked for.</param>
    public InputWindow(TraceInput input, int sizeBytes = Bytes)
    {
        Input = input;
        SizeBytes = sizeBytes;
        input.DigestUnderWay?.Begin();
    }

    public TraceInput Input { get; }

    /// <summary>What is read at a time if less is asked for.</summary>
    public int SizeBytes { get; }

    /// <summary>As <see cref="TraceInput.SliceUpTo"/>.</summary>
    public ReadOnlySpan<byte> SliceUpTo(long offset, int lengthMax)
    {
        int length = Input.BytesAt(offset, lengthMax);
        if (length == 0)
            return [];
        if (offset < _start || offset + length > _start + _length)
            Fill(offset, Math.Max(length, Input.BytesAt(offset, SizeBytes)));
        return _buffer.AsSpan((int)(offset - _start), length);
    }

    /// <summary>As <see cref="TraceInput.Slice"/>.</summary>
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

namespace ForkTrace.Ingest.Input;

/// <summary>
/// A part of an input in one buffer that is used again for the next part: for whoever goes through an input once. One thread uses it, and
/// what it gives is valid until the next call.
/// </summary>
internal sealed class InputWindow(TraceInput input)
{
    /// <summary>What is read at a time if less is asked for: it stays in the processor's caches until it is decoded.</summary>
    public const int Bytes = 1 << 18;

    private byte[] _buffer = [];
    private long _start;
    private int _length;

    public TraceInput Input => input;

    /// <summary>As <see cref="TraceInput.SliceUpTo"/>.</summary>
    public ReadOnlySpan<byte> SliceUpTo(long offset, int lengthMax)
    {
        int length = input.BytesAt(offset, lengthMax);
        if (length == 0)
            return [];
        if (offset < _start || offset + length > _start + _length)
            Fill(offset, Math.Max(length, input.BytesAt(offset, Bytes)));
        return _buffer.AsSpan((int)(offset - _start), length);
    }

    /// <summary>As <see cref="TraceInput.Slice"/>.</summary>
    public ReadOnlySpan<byte> Slice(long offset, long length, string what)
    {
        input.RequireThere(offset, length, what);
        return SliceUpTo(offset, (int)length);
    }

    private void Fill(long offset, int length)
    {
        _length = 0;
        if (_buffer.Length < length)
            _buffer = GC.AllocateUninitializedArray<byte>(length);
        input.Read(offset, _buffer.AsSpan(0, length));
        (_start, _length) = (offset, length);
    }
}

using Apache.Arrow.Memory;

namespace ForkTrace.Events;

/// <summary>
/// The messages of an event file as a stream for ArrowStreamReader. That reader trusts its input, so lengths and heads are checked before
/// it gets them.
/// </summary>
internal abstract class EventFileMessages : Stream
{
    private const int ContinuationMark = -1;

    /// <summary>Provides memory for the bodies of messages.</summary>
    public abstract MemoryAllocator Bodies { get; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;

    /// <summary>Position of the next bytes.</summary>
    public override long Position { get; set; }

    protected long Remaining => Length - Position;

    /// <summary>Skips these bytes; returns false if the next bytes differ.</summary>
    public abstract bool Skip(ReadOnlySpan<byte> expected);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Checks everything but bodies. The reader reads four bytes at a time for the length of a head and the mark before it, then
    /// the head.</summary>
    /// <param name="read">The bytes that were read.</param>
    /// <param name="isWhole">False if the file ends within them.</param>
    protected void RequireSound(ReadOnlySpan<byte> read, bool isWhole)
    {
        if (read.Length == sizeof(int))
            RequireLength(BinaryPrimitives.ReadInt32LittleEndian(read));
        else if (isWhole)
            MessageHead.Require(read);
    }

    private void RequireLength(int length)
    {
        if (length != ContinuationMark && (uint)length > Remaining)
            throw new InvalidDataException($"a message of {(uint)length} bytes, but only {Remaining} are left");
    }
}

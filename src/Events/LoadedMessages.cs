using System.Buffers;
using Apache.Arrow.Memory;

namespace ForkTrace.Events;

/// <summary>
/// A loaded file as the stream and the allocator of an ArrowStreamReader, which reads a message's head into a buffer, allocates memory for
/// its body and reads the body into that. Here the memory for a body is that of the file where the body stands: nothing is copied.
/// </summary>
/// <remarks>
/// The reader believes what it reads. So lengths and heads are checked before it sees them, and memory of the file is handed out for the
/// body that comes next and for nothing else: into other memory the reader would write.
/// </remarks>
internal sealed unsafe class LoadedMessages(LoadedFile file) : Stream
{
    private const int ContinuationMark = -1;
    private bool _bodyIsNext;

    public MemoryAllocator Bodies => new BodyAllocator(this);
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => file.Length;

    /// <summary>Where the next bytes are.</summary>
    public override long Position { get; set; }

    private long Remaining => file.Length - Position;

    /// <summary>Reads these bytes, or false: they are not what comes next.</summary>
    public bool Skip(ReadOnlySpan<byte> expected)
    {
        bool isNext = expected.Length <= Remaining && new ReadOnlySpan<byte>(file.Pointer + Position, expected.Length).SequenceEqual(expected);
        Position += isNext ? expected.Length : 0;
        return isNext;
    }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlySpan<byte> source = new(file.Pointer + Position, (int)Math.Min(buffer.Length, Remaining));
        bool isBody = buffer.IsEmpty || Unsafe.AreSame(in MemoryMarshal.GetReference(source), in MemoryMarshal.GetReference(buffer));
        Position += source.Length;
        _bodyIsNext = !isBody;
        if (isBody)
            return source.Length;
        if (source.Length == sizeof(int))
            RequireLength(BinaryPrimitives.ReadInt32LittleEndian(source));
        else if (source.Length == buffer.Length)
            MessageHead.Require(source);
        source.CopyTo(buffer);
        return source.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // The reader reads four bytes at a time for the length of a head and for the mark before it, and for nothing else.
    private void RequireLength(int length)
    {
        if (length != ContinuationMark && (uint)length > Remaining)
            throw new InvalidDataException($"a message of {(uint)length} bytes where {Remaining} are left");
    }

    private FixedMemory Body(int bytes)
    {
        if (!_bodyIsNext)
            throw new InvalidDataException("a dictionary that adds to another");
        if (bytes > Remaining)
            throw new InvalidDataException($"columns of {bytes} bytes where {Remaining} are left");
        return new FixedMemory(file.Pointer + Position, bytes);
    }

    private sealed class BodyAllocator(LoadedMessages messages) : MemoryAllocator
    {
        protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
        {
            bytesAllocated = length;
            return messages.Body(length);
        }
    }
}

using System.Buffers;
using Apache.Arrow.Memory;

namespace ForkTrace.Events;

/// <summary>
/// The messages of a loaded file. The memory for a body is the body's place in the file, so nothing is copied. It is given out only for the
/// next body: the reader would write into any other memory.
/// </summary>
internal sealed unsafe class LoadedMessages(LoadedFile file) : EventFileMessages
{
    private bool _bodyIsNext;

    public override MemoryAllocator Bodies => new BodyAllocator(this);
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override bool Skip(ReadOnlySpan<byte> expected)
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
        RequireSound(source, source.Length == buffer.Length);
        source.CopyTo(buffer);
        return source.Length;
    }

    private FixedMemory Body(int bytes)
    {
        if (!_bodyIsNext)
            throw new InvalidDataException("a delta dictionary, which is not supported");
        if (bytes > Remaining)
            throw new InvalidDataException($"columns of {bytes} bytes, but only {Remaining} are left");
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

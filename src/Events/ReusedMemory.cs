using System.Buffers;
using Apache.Arrow.Memory;

namespace ForkTrace.Events;

/// <summary>Memory for a few bodies at a time. What is given back is used for the next bodies.</summary>
internal sealed unsafe class ReusedMemory : MemoryAllocator, IDisposable
{
    private const int AlignmentBytes = 64;
    private readonly Stack<Block> _free = [];

    public void Dispose()
    {
        while (_free.TryPop(out Block block))
            NativeMemory.AlignedFree(block.Memory);
    }

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        bytesAllocated = length;
        if (!_free.TryPop(out Block block) || block.Bytes < length)
        {
            NativeMemory.AlignedFree(block.Memory);
            block = new Block(NativeMemory.AlignedAlloc((nuint)length, AlignmentBytes), length);
        }

        return new Owned(this, block, length);
    }

    private readonly struct Block(void* memory, int bytes)
    {
        public readonly void* Memory = memory;
        public readonly int Bytes = bytes;
    }

    private sealed class Owned(ReusedMemory owner, Block block, int length) : MemoryManager<byte>
    {
        private bool _isOver;

        public override Span<byte> GetSpan() => new(block.Memory, length);
        public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)block.Memory + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (_isOver)
                return;
            _isOver = true;
            owner._free.Push(block);
        }
    }
}

using System.Buffers;
using Apache.Arrow.Memory;

namespace ForkTrace.Events;

/// <summary>Memory for one body at a time. After it is given back, the next body uses it.</summary>
internal sealed unsafe class ReusedMemory : MemoryAllocator, IDisposable
{
    private const int AlignmentBytes = 64;
    private void* _memory;
    private int _bytes;
    private bool _isInUse;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _bytes = 0;
    }

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        bytesAllocated = length;
        if (_isInUse)
            return new Owned(this, NativeMemory.AlignedAlloc((nuint)length, AlignmentBytes), length, isReused: false);
        if (length > _bytes)
        {
            Dispose();
            _memory = NativeMemory.AlignedAlloc((nuint)length, AlignmentBytes);
            _bytes = length;
        }

        _isInUse = true;
        return new Owned(this, _memory, length, isReused: true);
    }

    private sealed class Owned(ReusedMemory owner, void* memory, int length, bool isReused) : MemoryManager<byte>
    {
        private bool _isOver;

        public override Span<byte> GetSpan() => new(memory, length);
        public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)memory + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (_isOver)
                return;
            _isOver = true;
            if (isReused)
                owner._isInUse = false;
            else
                NativeMemory.AlignedFree(memory);
        }
    }
}

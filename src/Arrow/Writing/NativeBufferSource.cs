using System.Buffers;

namespace ForkTrace.Arrow.Writing;

/// <summary>Native memory that the caller keeps alive until it is written.</summary>
internal sealed unsafe class NativeBufferSource(void* pointer, long sizeBytes) : BufferSource
{
    public override long SizeBytes => sizeBytes;

    public override MemoryHandle Pin() => new(pointer);
}

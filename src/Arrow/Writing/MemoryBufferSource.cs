using System.Buffers;

namespace ForkTrace.Arrow.Writing;

/// <summary>Managed (or otherwise owned) memory of some element type.</summary>
internal sealed unsafe class MemoryBufferSource<T>(ReadOnlyMemory<T> memory) : BufferSource
    where T : unmanaged
{
    public override long SizeBytes => (long)memory.Length * sizeof(T);

    public override MemoryHandle Pin() => memory.Pin();
}

using System.Buffers;

namespace ForkTrace.Arrow.Writing;

/// <summary>Bytes to write, of any length, wherever they are; pinned only while they are written.</summary>
internal abstract unsafe class BufferSource
{
    public static BufferSource Empty { get; } = new MemoryBufferSource<byte>(ReadOnlyMemory<byte>.Empty);

    public abstract long SizeBytes { get; }

    public abstract MemoryHandle Pin();

    public static BufferSource Of<T>(ReadOnlyMemory<T> memory)
        where T : unmanaged => new MemoryBufferSource<T>(memory);
}

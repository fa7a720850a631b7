using System.Runtime.InteropServices;

namespace ForkTrace.Arrow.Reading;

/// <summary>Native memory that is freed by <see cref="Dispose"/> only: a span over it can never lose its memory to the collector.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    private static long s_liveBytes;

    private byte* _pointer;

    /// <summary>Allocates memory that begins at a multiple of 64 bytes; its content is undefined.</summary>
    public NativeBlock(long sizeBytes)
    {
        _pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(sizeBytes, 1), Ipc.IpcFormat.AlignmentBytes);
        SizeBytes = sizeBytes;
        Interlocked.Add(ref s_liveBytes, sizeBytes);
    }

    /// <summary>The bytes of all blocks that were not freed yet.</summary>
    public static long LiveBytes => Interlocked.Read(ref s_liveBytes);

    public long SizeBytes { get; private set; }

    public byte* Pointer => _pointer;

    /// <summary>Moves the content to a block of another size.</summary>
    public void Resize(long sizeBytes)
    {
        _pointer = (byte*)NativeMemory.AlignedRealloc(_pointer, (nuint)Math.Max(sizeBytes, 1), Ipc.IpcFormat.AlignmentBytes);
        Interlocked.Add(ref s_liveBytes, sizeBytes - SizeBytes);
        SizeBytes = sizeBytes;
    }

    public void Dispose()
    {
        Interlocked.Add(ref s_liveBytes, -SizeBytes);
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        SizeBytes = 0;
    }
}

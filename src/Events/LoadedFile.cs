using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Events;

/// <summary>A whole file in memory of its own, until it is disposed: what others do to the file afterwards changes nothing.</summary>
/// <remarks>
/// Not mapped: a mapping changes with the file, and ends this process (SIGBUS) if another shortens the file. No finalizer: memory that was
/// forgotten stays, and is never pulled from under a span.
/// </remarks>
internal sealed unsafe class LoadedFile : IDisposable
{
    // What vector instructions like, and a multiple of the size of every column's values.
    private const int AlignmentBytes = 64;
    private byte* _pointer;

    /// <exception cref="EventFileException">The file changed while it was read.</exception>
    public LoadedFile(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        FileStamp stamp = new(path, file);
        Length = RandomAccess.GetLength(file);
        if (Length == 0)
            return;
        _pointer = (byte*)NativeMemory.AlignedAlloc(checked((nuint)Length), AlignmentBytes);
        try
        {
            if (!TryRead(file) || stamp.HasChanged)
                throw new EventFileException(stamp.Refusal);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The length of the file.</summary>
    public long Length { get; }

    public byte* Pointer => _pointer;

    /// <summary>True if these bytes are inside the file.</summary>
    public bool Holds(void* start, long bytes) => start >= _pointer && bytes <= Length && (byte*)start - _pointer <= Length - bytes;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }

    // False if the file ends before.
    private bool TryRead(SafeFileHandle file)
    {
        for (long at = 0; at < Length;)
        {
            int read = RandomAccess.Read(file, new Span<byte>(_pointer + at, (int)Math.Min(1 << 30, Length - at)), at);
            if (read == 0)
                return false;
            at += read;
        }

        return true;
    }
}

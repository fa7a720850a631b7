using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Events;

/// <summary>A whole file in memory, until it is disposed. Later changes to the file have no effect.</summary>
/// <remarks>
/// The file is not mapped: a mapping changes with the file, and kills this process (SIGBUS) if another one shortens the file. There is no
/// finalizer, so memory is never freed while a span still uses it; memory that is not disposed is leaked.
/// </remarks>
internal sealed unsafe class LoadedFile : IDisposable
{
    // Suits vector instructions, and is a multiple of the size of every column's values.
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

    // Returns false if the file ends earlier.
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

using System.IO.MemoryMappedFiles;

namespace ForkTrace.Events;

/// <summary>A whole file in memory, read only, until it is disposed.</summary>
/// <remarks>
/// The pointer holds a reference to the mapping, so that a mapping that was forgotten stays and is never pulled from under a span.
/// If another process shortens a mapped file, this process ends (SIGBUS): nothing in user space can prevent that.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _pointer;

    public MappedFile(string path)
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        try
        {
            Length = stream.Length;
            if (Length > 0)
            {
                _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, false);
                _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
                _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
            }
        }
        catch
        {
            _view?.Dispose();
            _file?.Dispose();
            stream.Dispose();
            throw;
        }

        if (Length == 0)
            stream.Dispose();
    }

    /// <summary>The length of the file; the mapping itself ends at a page.</summary>
    public long Length { get; }

    public byte* Pointer => _pointer;

    /// <summary>True if these bytes lie in the file.</summary>
    public bool Holds(void* start, long bytes) => start >= _pointer && bytes <= Length && (byte*)start - _pointer <= Length - bytes;

    public void Dispose()
    {
        if (_pointer is null)
            return;
        _pointer = null;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }
}

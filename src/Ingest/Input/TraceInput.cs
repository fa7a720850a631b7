using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The bytes of one recording, mapped read-only: of the file itself, or of an unlinked temporary file where the recording was
/// wrapped (.zst, .gz). Slices are bounds-checked; the readers see no pointer.
/// </summary>
public sealed unsafe class TraceInput : IDisposable
{
    private readonly MemoryMappedFile? _mapping;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;

    private readonly Task<string> _sha256;

    internal TraceInput(FileStream content, string name, Task<string> sha256, long sizeBytes)
    {
        Name = name;
        _sha256 = sha256;
        SizeBytes = sizeBytes;
        Length = content.Length;
        if (Length == 0)
            return;
        _mapping = MemoryMappedFile.CreateFromFile(content, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>File name without folder.</summary>
    public string Name { get; }

    /// <summary>Lower-case hexadecimal sha256 of the file as it lies on disk (still wrapped); computed beside the decoding.</summary>
    public string Sha256 => _sha256.GetAwaiter().GetResult();

    /// <summary>Bytes on disk (still wrapped).</summary>
    public long SizeBytes { get; }

    /// <summary>Bytes of the recording itself (unwrapped).</summary>
    public long Length { get; }

    /// <summary>Bytes at an offset; rejects the input as truncated, naming <paramref name="what"/>, if they are not all there.</summary>
    public ReadOnlySpan<byte> Slice(long offset, long length, string what)
    {
        if (offset < 0 || length < 0 || offset > Length - length || length > int.MaxValue)
            Reject.Truncated(what, offset, length, Math.Max(0, Length - offset));
        return new ReadOnlySpan<byte>(_start + offset, (int)length);
    }

    /// <summary>As many bytes at an offset as there are, up to <paramref name="lengthMax"/>.</summary>
    public ReadOnlySpan<byte> SliceUpTo(long offset, int lengthMax) =>
        offset < 0 || offset >= Length ? [] : new ReadOnlySpan<byte>(_start + offset, (int)Math.Min(lengthMax, Length - offset));

    public void Dispose()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        _mapping?.Dispose();
    }

    internal static string HashOf(Stream stream)
    {
        using Stream closing = stream;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        for (int read; (read = stream.Read(buffer)) > 0;)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

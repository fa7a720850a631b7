using System.IO.Hashing;
using System.IO.MemoryMappedFiles;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The bytes of one recording, mapped read-only: of the file itself, or of an unlinked temporary file where the recording was
/// wrapped (.zst, .gz, .xz, .lz4, .zip, .tar) or came through a pipe. Slices are bounds-checked; the readers see no pointer.
/// </summary>
public sealed unsafe class TraceInput : IDisposable
{
    private const int HashSliceBytes = 1 << 24;
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private readonly Task<string> _digest;
    private readonly bool _isPacked;
    private string? _headName;
    private volatile bool _isDisposed;

    /// <summary>Takes over the recording, which may have been unpacked from another file: that one's hash and size are told then.</summary>
    internal TraceInput(FileStream content, string name, FileStream? packed, params ImmutableArray<TraceInput> parts)
    {
        Name = name;
        Parts = parts;
        _isPacked = packed is not null;
        SizeBytes = packed?.Length ?? (content.Length + parts.Sum(part => part.SizeBytes));
        Length = content.Length;
        _mapping = MemoryMappedFile.CreateFromFile(content, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _digest = packed is null ? Task.Run(HashMapping) : Task.FromResult(HashOf(packed));
    }

    /// <summary>File name without folder.</summary>
    public string Name { get; }

    /// <summary>What the recording was before it was put together into what is read here; null if it is read as it was recorded.</summary>
    public string? MadeFrom { get; init; }

    /// <summary>Further files of a recording that is a folder, in order; most recordings have none.</summary>
    public ImmutableArray<TraceInput> Parts { get; }

    /// <summary>
    /// <see cref="RecordingDigest"/> of the file as it lies on disk (still wrapped); computed beside the decoding. Of a folder:
    /// that of its files.
    /// </summary>
    public string Digest =>
        Parts.IsEmpty || _isPacked
            ? OwnDigest
            : RecordingDigest.OfFiles(Parts.Prepend(this).Select(part => (part.OwnDigest, part._headName ?? part.Name)));

    /// <summary>Bytes on disk (still wrapped), of all files.</summary>
    public long SizeBytes { get; }

    /// <summary>Bytes of the recording itself (unwrapped).</summary>
    public long Length { get; }

    private string OwnDigest => _digest.GetAwaiter().GetResult();

    /// <summary>The files of a folder, which the input takes over.</summary>
    internal static TraceInput OfFolder(FileStream head, string name, FileStream? packed, IEnumerable<TraceInput> parts) =>
        head.Length > 0
            ? new TraceInput(head, name, packed, [.. parts]) { _headName = Path.GetFileName(head.Name) }
            : throw new IngestException("empty", $"{head.Name} is empty", 0);

    /// <summary>Bytes at an offset; rejects the input as truncated, naming <paramref name="what"/>, if they are not all there.</summary>
    public ReadOnlySpan<byte> Slice(long offset, long length, string what)
    {
        if (offset < 0 || length < 0 || offset > Length - length || length > int.MaxValue)
            Reject.Truncated(what, offset, length, Math.Max(0, Length - offset));
        return new ReadOnlySpan<byte>(_start + offset, (int)length);
    }

    /// <summary>Rejects the input as cut off if a part that it tells of is not all there.</summary>
    internal void RequireInside(ulong offset, ulong bytes, string what)
    {
        ulong length = (ulong)Length, start = Math.Min(offset, length);
        if (offset <= length && bytes <= length - start)
            return;
        long needed = (long)Math.Min(bytes, long.MaxValue);
        Reject.Truncated(what, (long)Math.Min(offset, long.MaxValue), needed, (long)(length - start));
    }

    /// <summary>As many bytes at an offset as there are, up to <paramref name="lengthMax"/>.</summary>
    public ReadOnlySpan<byte> SliceUpTo(long offset, int lengthMax) =>
        offset < 0 || offset >= Length ? [] : new ReadOnlySpan<byte>(_start + offset, (int)Math.Min(lengthMax, Length - offset));

    public void Dispose()
    {
        // The hash reads the mapping: it must have stopped before the mapping goes.
        _isDisposed = true;
        _digest.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapping.Dispose();
        foreach (TraceInput part in Parts)
            part.Dispose();
    }

    private static string HashOf(FileStream file)
    {
        file.Position = 0;
        return RecordingDigest.Of(file);
    }

    private string HashMapping()
    {
        XxHash128 hash = new();
        for (long offset = 0; offset < Length && !_isDisposed; offset += HashSliceBytes)
            hash.Append(SliceUpTo(offset, HashSliceBytes));
        return RecordingDigest.Of(hash);
    }
}

using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The bytes of one recording, read on demand: from the file itself, or from an unlinked temporary file if the recording was wrapped (.zst,
/// .gz, .xz, .lz4, .zip, .tar) or came through a pipe. Returned bytes are in memory of this process, so nobody else can change them.
/// </summary>
public sealed class TraceInput : IRecordingInput
{
    private readonly FileStream? _file;
    private readonly SafeFileHandle? _handle;
    private readonly FileStamp? _stamp;
    private readonly PipeSource? _pipe;
    private readonly long _length;
    private readonly long _sizeBytes;
    private readonly InputDigest _digest;
    private readonly string? _packedDigest;
    private string? _headName;

    /// <summary>Takes ownership of the recording. If it was unpacked from another file, the facts have that file's digest and
    /// size.</summary>
    internal TraceInput(FileStream content, string name, FileStream? packed, params ImmutableArray<TraceInput> parts)
    {
        Name = name;
        Parts = parts;
        _file = content;
        _handle = content.SafeFileHandle;
        _stamp = new FileStamp(content.Name, _handle);
        _length = content.Length;
        _sizeBytes = packed?.Length ?? (Length + parts.Sum(part => part.SizeBytes));
        _digest = new InputDigest(this);
        _packedDigest = packed is null ? null : HashOf(packed);
    }

    /// <summary>Takes ownership of a recording that comes through a pipe and is read once, forward.</summary>
    internal TraceInput(PipeSource pipe, string name)
    {
        Name = name;
        Parts = [];
        _pipe = pipe;
        _digest = new InputDigest(this);
    }

    /// <summary>File name without folder.</summary>
    public string Name { get; }

    /// <summary>The original form of a recording that was converted for reading; null if it is read as it was recorded.</summary>
    public string? MadeFrom { get; init; }

    /// <summary>Further files of a recording that is a folder, in order; most recordings have none.</summary>
    public ImmutableArray<TraceInput> Parts { get; }

    /// <summary>
    /// <see cref="RecordingDigest"/> of the file on disk (still wrapped), computed during decoding. For a folder: the digest of its files.
    /// </summary>
    public string Digest =>
        Parts.IsEmpty || IsPacked
            ? OwnDigest
            : RecordingDigest.OfFiles(Parts.Prepend(this).Select(part => (part.OwnDigest, part._headName ?? part.Name)));

    /// <summary>Bytes on disk (still wrapped), of all files.</summary>
    public long SizeBytes => _pipe?.Length ?? _sizeBytes;

    /// <summary>Bytes of the recording itself (unwrapped); for a pipe, long.MaxValue until its end has been seen.</summary>
    public long Length => _pipe?.Length ?? _length;

    /// <summary>True if the recording comes through a pipe: bytes can be read only once.</summary>
    public bool IsPipe => _pipe is not null;

    /// <summary>True if the recording was unpacked from another file, which has been read completely.</summary>
    internal bool IsPacked => _packedDigest is not null;

    private string OwnDigest => _packedDigest ?? _pipe?.Digest ?? _digest.Value;

    /// <summary>The files of a folder. Takes ownership of them.</summary>
    internal static TraceInput OfFolder(FileStream head, string name, FileStream? packed, IEnumerable<TraceInput> parts) =>
        head.Length > 0
            ? new TraceInput(head, name, packed, [.. parts]) { _headName = Path.GetFileName(head.Name) }
            : throw new IngestException("empty", $"{head.Name} is empty", 0);

    /// <summary>
    /// Bytes at an offset, as a permanent copy. Rejects the input as truncated, naming <paramref name="what"/>, if they are not all
    /// present. For headers: code that reads the whole input uses an <see cref="InputWindow"/>.
    /// </summary>
    public ReadOnlySpan<byte> Slice(long offset, long length, string what)
    {
        RequireThere(offset, length, what);
        return SliceUpTo(offset, (int)length);
    }

    /// <summary>The bytes at an offset, at most <paramref name="lengthMax"/>, as a permanent copy.</summary>
    public ReadOnlySpan<byte> SliceUpTo(long offset, int lengthMax)
    {
        int length = BytesAt(offset, lengthMax);
        byte[] bytes = length == 0 ? [] : GC.AllocateUninitializedArray<byte>(length);
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>Rejects the input, or its folder, if it has changed since it was opened. Call it after everything is read.</summary>
    /// <exception cref="IngestException">The input has changed.</exception>
    public void RequireUnchanged()
    {
        if (_stamp is { HasChanged: true })
            Reject.Changed(_stamp);
        foreach (TraceInput part in Parts)
            part.RequireUnchanged();
    }

    /// <summary>Computes the digest during reading; null if the digest is already known.</summary>
    internal InputDigest? DigestUnderWay => IsPacked || IsPipe ? null : _digest;

    /// <summary>Number of bytes at an offset, at most <paramref name="lengthMax"/>.</summary>
    internal int BytesAt(long offset, int lengthMax) =>
        _pipe is not null ? _pipe.From(offset, lengthMax, lengthMax).Length
        : offset < 0 || offset >= Length ? 0 : (int)Math.Min(lengthMax, Length - offset);

    /// <summary>The bytes of a pipe that have arrived, from an offset on; at least <paramref name="lengthMin"/> unless it ends
    /// earlier.</summary>
    internal ReadOnlySpan<byte> Arrived(long offset, int lengthMin, int lengthMax) => _pipe!.From(offset, lengthMin, lengthMax);

    /// <summary>Rejects the input as truncated if the bytes are not all present.</summary>
    internal void RequireThere(long offset, long length, string what)
    {
        if (offset < 0 || length < 0 || length > int.MaxValue || (IsPipe && BytesAt(offset, (int)length) < length) || offset > Length - length)
            Reject.Truncated(what, offset, length, Math.Max(0, Length - offset));
    }

    /// <summary>Fills the span. The bytes must have existed when the input was opened.</summary>
    internal void Read(long offset, Span<byte> bytes)
    {
        if (_pipe is not null)
        {
            _pipe.From(offset, bytes.Length, bytes.Length).CopyTo(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_handle!, bytes, offset);
            if (read == 0)
                Reject.Changed(_stamp!);
            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>Rejects the input as cut off if a part that it refers to is incomplete.</summary>
    internal void RequireInside(ulong offset, ulong bytes, string what)
    {
        ulong length = (ulong)Length, start = Math.Min(offset, length);
        if (offset <= length && bytes <= length - start)
            return;
        long needed = (long)Math.Min(bytes, long.MaxValue);
        Reject.Truncated(what, (long)Math.Min(offset, long.MaxValue), needed, (long)(length - start));
    }

    public void Dispose()
    {
        // The digest reads the file, so it must stop before the file is closed.
        _digest.Stop();
        _file?.Dispose();
        _pipe?.Dispose();
        foreach (TraceInput part in Parts)
            part.Dispose();
    }

    private static string HashOf(FileStream file)
    {
        file.Position = 0;
        return RecordingDigest.Of(file);
    }
}

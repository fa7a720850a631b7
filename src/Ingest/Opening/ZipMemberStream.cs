using System.IO.Compression;
using ForkTrace.Ingest.Input.Xz;

namespace ForkTrace.Ingest.Opening;

/// <summary>A member of a .zip; at its end, length and CRC32 must be those of the archive's directory, which ZipArchive does not compare.</summary>
internal sealed class ZipMemberStream(ZipArchiveEntry entry) : ForwardOnlyStream
{
    private readonly Stream _content = entry.Open();
    private ulong _crc;
    private long _length;

    /// <exception cref="InvalidDataException">The member has ended, and is not what the archive says.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count = _content.Read(buffer);
        _crc = ReflectedCrc.Crc32.Append(_crc, buffer[..count]);
        _length += count;
        if (count == 0 && buffer.Length > 0 && (_length != entry.Length || _crc != entry.Crc32))
            throw new InvalidDataException($"{entry.FullName} is damaged: its length or its check does not match");
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }
}

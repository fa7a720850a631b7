using System.Security.Cryptography;

namespace ForkTrace.Ingest.Input.Xz;

/// <summary>The check of a block's content, of the kind that the stream's flags name.</summary>
internal sealed class XzCheck : IDisposable
{
    private const int None = 0, Crc32 = 1, Crc64 = 4, Sha256 = 10;
    private readonly int _kind;
    private readonly IncrementalHash? _sha256;
    private ulong _crc;

    /// <summary>Refuses the kinds that no version of the format has defined.</summary>
    public XzCheck(int kind)
    {
        if (kind is not (None or Crc32 or Crc64 or Sha256))
            Reject.Unsupported($"the .xz file has checks of kind {kind}; known are 0 (none), 1 (CRC32), 4 (CRC64) and 10 (SHA-256)");
        _kind = kind;
        _sha256 = kind == Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Bytes of the check in the file.</summary>
    public int SizeBytes => _kind switch { None => 0, Crc32 => 4, Crc64 => 8, _ => 32 };

    public void Append(ReadOnlySpan<byte> content)
    {
        if (_sha256 is { } sha256)
            sha256.AppendData(content);
        else if (_kind != None)
            _crc = (_kind == Crc32 ? ReflectedCrc.Crc32 : ReflectedCrc.Crc64).Append(_crc, content);
    }

    /// <summary>True if the block's content has the check that the file says; the next block begins afresh.</summary>
    public bool Matches(ReadOnlySpan<byte> stored)
    {
        Span<byte> found = stackalloc byte[32];
        if (_sha256 is { } sha256)
            sha256.GetHashAndReset(found);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(found, _crc);
        _crc = 0;
        return stored.SequenceEqual(found[..SizeBytes]);
    }

    public void Dispose() => _sha256?.Dispose();
}

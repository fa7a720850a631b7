using System.IO.Hashing;
using System.Security.Cryptography;

namespace ForkTrace.Ingest.Input.Xz;

/// <summary>The check of a block's content. The stream's flags give its kind.</summary>
internal sealed class XzCheck : IDisposable
{
    private readonly IncrementalHash? _sha256;
    private readonly NonCryptographicHashAlgorithm? _crc;

    /// <summary>Creates the check. Rejects kinds that the format does not define.</summary>
    public XzCheck(int kind)
    {
        const int None = 0, Kind32 = 1, Kind64 = 4, Sha256 = 10;
        if (kind is not (None or Kind32 or Kind64 or Sha256))
            Reject.Unsupported($"the .xz file has checks of kind {kind}; supported are 0 (none), 1 (CRC32), 4 (CRC64) and 10 (SHA-256)");
        _sha256 = kind == Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        _crc = kind switch { Kind32 => new Crc32(), Kind64 => new XzCrc64(), _ => null };
    }

    public int SizeBytes => _sha256?.HashLengthInBytes ?? _crc?.HashLengthInBytes ?? 0;

    public void Append(ReadOnlySpan<byte> content)
    {
        _sha256?.AppendData(content);
        _crc?.Append(content);
    }

    /// <summary>True if the content has the check that is in the file. Then starts the check of the next block.</summary>
    public bool Matches(ReadOnlySpan<byte> stored)
    {
        Span<byte> found = stackalloc byte[SizeBytes];
        _sha256?.GetHashAndReset(found);
        _crc?.GetHashAndReset(found);
        return stored.SequenceEqual(found);
    }

    public void Dispose() => _sha256?.Dispose();
}

/// <summary>The CRC64 of .xz: ECMA-182's polynomial, lowest bit first. .NET's Crc64 has the highest bit first.</summary>
/// <remarks>The xz file format 1.2.0, section 6 ("Cyclic Redundancy Checks").</remarks>
internal sealed class XzCrc64() : NonCryptographicHashAlgorithm(sizeof(ulong))
{
    private const ulong Polynomial = 0xC96C_5795_D787_0F42;
    private static readonly ulong[] s_table = BuildTable();
    private ulong _value = ulong.MaxValue;

    public override void Append(ReadOnlySpan<byte> source)
    {
        ulong value = _value;
        foreach (byte one in source)
            value = s_table[(byte)(value ^ one)] ^ (value >> 8);
        _value = value;
    }

    public override void Reset() => _value = ulong.MaxValue;

    protected override void GetCurrentHashCore(Span<byte> destination) => BinaryPrimitives.WriteUInt64LittleEndian(destination, ~_value);

    private static ulong[] BuildTable()
    {
        ulong[] table = new ulong[256];
        for (int index = 0; index < table.Length; index++)
        {
            ulong value = (ulong)index;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ Polynomial;
            table[index] = value;
        }

        return table;
    }
}

namespace ForkTrace.Ingest.Input.Xz;

/// <summary>A cyclic redundancy check of up to 64 bits that takes the lowest bit first, as the .xz format's CRC32 and CRC64 do.</summary>
/// <remarks>The xz file format 1.2.0, section 6 ("Cyclic Redundancy Checks").</remarks>
internal sealed class ReflectedCrc
{
    private readonly ulong[] _table = new ulong[256];
    private readonly ulong _ones;

    private ReflectedCrc(ulong polynomial, int bits)
    {
        _ones = ulong.MaxValue >> (64 - bits);
        for (int index = 0; index < _table.Length; index++)
        {
            ulong value = (ulong)index;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ polynomial;
            _table[index] = value;
        }
    }

    /// <summary>IEEE 802.3.</summary>
    public static ReflectedCrc Crc32 { get; } = new(0xEDB8_8320, 32);

    /// <summary>ECMA-182.</summary>
    public static ReflectedCrc Crc64 { get; } = new(0xC96C_5795_D787_0F42, 64);

    /// <summary>The check of some bytes behind others.</summary>
    /// <param name="before">The check of those before; 0 at the beginning.</param>
    /// <param name="bytes">The bytes.</param>
    public ulong Append(ulong before, ReadOnlySpan<byte> bytes)
    {
        ulong value = before ^ _ones;
        ulong[] table = _table;
        foreach (byte one in bytes)
            value = table[(byte)(value ^ one)] ^ (value >> 8);
        return value ^ _ones;
    }
}

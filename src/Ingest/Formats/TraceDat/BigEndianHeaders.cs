using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Big-endian kernels: type_len is the high 5 bits.</summary>
public readonly unsafe struct BigEndianHeaders : IHeaderOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* at)
    {
        uint word = Unsafe.ReadUnaligned<uint>(at);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
    }

    public static uint Type(uint header) => header >> 27;

    public static uint Delta(uint header) => header & 0x07FF_FFFF;
}

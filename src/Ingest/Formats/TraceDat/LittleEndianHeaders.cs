using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Little-endian kernels: type_len is the low 5 bits.</summary>
public readonly unsafe struct LittleEndianHeaders : IHeaderOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* at)
    {
        uint word = Unsafe.ReadUnaligned<uint>(at);
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    public static uint Type(uint header) => header & 31;

    public static uint Delta(uint header) => header >> 5;
}

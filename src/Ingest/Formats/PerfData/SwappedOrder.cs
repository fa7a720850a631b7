using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>The recorder had the other byte order.</summary>
internal readonly struct SwappedOrder : IByteOrder
{
    public static ushort UInt16(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Read<ushort>(bytes[at..]));

    public static uint UInt32(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Read<uint>(bytes[at..]));

    public static ulong UInt64(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Read<ulong>(bytes[at..]));
}

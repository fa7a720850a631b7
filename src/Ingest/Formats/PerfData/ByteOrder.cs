namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>How a number lies in a record: a type argument of the record loop, so that the native order costs nothing.</summary>
internal interface IByteOrder
{
    static abstract ushort UInt16(ReadOnlySpan<byte> bytes, int at);

    static abstract uint UInt32(ReadOnlySpan<byte> bytes, int at);

    static abstract ulong UInt64(ReadOnlySpan<byte> bytes, int at);
}

/// <summary>The recorder had this machine's byte order.</summary>
internal readonly struct NativeOrder : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<ushort>(bytes[at..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<uint>(bytes[at..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<ulong>(bytes[at..]);
}

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

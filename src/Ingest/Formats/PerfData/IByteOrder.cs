namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>How a number lies in a record: a type argument of the record loop, so that the native order costs nothing.</summary>
internal interface IByteOrder
{
    static abstract ushort UInt16(ReadOnlySpan<byte> bytes, int at);

    static abstract uint UInt32(ReadOnlySpan<byte> bytes, int at);

    static abstract ulong UInt64(ReadOnlySpan<byte> bytes, int at);
}

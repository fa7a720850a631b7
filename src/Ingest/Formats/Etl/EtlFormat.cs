namespace ForkTrace.Ingest.Formats.Etl;

/// <summary>
/// Event traces of Windows, known so that they are refused with the reason and not as something unknown. The first buffer begins with a
/// WMI_BUFFER_HEADER of 72 bytes and holds a SYSTEM_TRACE_HEADER first:
/// <code>
/// 0 BufferSize u32   4 SavedOffset u32 ...   72 Version u16 = 2   74 HeaderType u8 = 1 or 2 (32 or 64 bits)   75 Flags u8 = C0
/// </code>
/// </summary>
internal sealed class EtlFormat : ITraceFormat
{
    private const int HeadBytes = 76;
    private const uint BufferBytesMin = 1024;
    private const uint BufferBytesMax = 16 << 20;

    public FormatDescriptor Descriptor { get; } = new(
        "etl",
        "Event traces of Windows: recognised and refused, because they are read on Windows only.",
        "Nothing here: processes and threads of Windows, whose stacks are not the Linux kernel's.",
        "Being read on Linux: only Windows' own library (tdh.dll) knows how to decode them.");

    public bool Sniff(ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length < HeadBytes)
            return false;
        uint bufferBytes = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        uint savedOffset = BinaryPrimitives.ReadUInt32LittleEndian(prefix[4..]);
        return bufferBytes is >= BufferBytesMin and <= BufferBytesMax && bufferBytes % BufferBytesMin == 0
            && savedOffset is >= HeadBytes && savedOffset <= bufferBytes
            && prefix[72] == 2 && prefix[73] == 0 && prefix[74] is 1 or 2 && prefix[75] == 0xC0;
    }

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        throw new IngestException(
            "windows_only",
            $"{input.Name} is an event trace of Windows (.etl), which is read on Windows only and holds no Linux stacks; record on Linux"
            + " with 'perf record', 'trace-cmd record' or Perfetto",
            0);
    }
}

namespace ForkTrace.Ingest.Formats.Etl;

/// <summary>
/// Event traces of Windows. They are recognised only to reject them with the reason. The first buffer begins with a WMI_BUFFER_HEADER of 72
/// bytes and a SYSTEM_TRACE_HEADER:
/// <code>
/// 0 BufferSize u32   4 SavedOffset u32 ...   72 Version u16 = 2   74 HeaderType u8 = 1 or 2 (32 or 64 bits)   75 Flags u8 = C0
/// </code>
/// </summary>
internal sealed class EtlFormat : ITraceFormat
{
    private const int HeadBytes = 76;
    private const uint BufferBytesMin = 512;
    private const uint BufferBytesMax = 16 << 20;

    public FormatDescriptor Descriptor { get; } = new(
        "etl",
        "Event traces of Windows: recognised and rejected, because they can be read only on Windows.",
        "Nothing that can be used: processes and threads of Windows, whose stacks are not the Linux kernel's.",
        "Everything: only Windows' own library (tdh.dll) can decode them.");

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
            $"{input.Name} is an event trace of Windows (.etl), which can be read only on Windows and has no Linux stacks; record on Linux"
            + " with 'perf record', 'trace-cmd record' or Perfetto",
            0);
    }
}

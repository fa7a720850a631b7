namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>The output of Perfetto's <c>tracebox</c> and <c>perfetto</c> and of Android's system tracing: protobuf packets.</summary>
internal sealed class PerfettoFormat : ITraceFormat
{
    public FormatDescriptor Descriptor { get; } = new(
        "perfetto",
        "Perfetto traces (.pftrace, .perfetto-trace) with kernel events of the data source linux.ftrace, plain or compressed.",
        "Scheduler and task events with time and CPU, compact or full; kernel, machine, clock and wall clock, gaps by CPU.",
        "Userspace data; group_dead of exits; function graphs; the size of a gap, unless the trace has the kernel's counts.");

    public bool Sniff(ReadOnlySpan<byte> prefix)
    {
        // A packet's tag is also a newline character, so all packets in the prefix must be valid messages.
        bool isEmpty = prefix.IsEmpty;
        bool isFirst = true;
        while (!prefix.IsEmpty)
        {
            if (prefix[0] != ((PacketField.Packet << 3) | 2))
                return false;
            ReadOnlySpan<byte> rest = prefix[1..];
            if (!ProtoReader.TryVarint(ref rest, out ulong length) || length > int.MaxValue)
                return !isFirst;
            bool isCut = length > (ulong)rest.Length;
            if (!IsPacket(isCut ? rest : rest[..(int)length], isCut, isFirst) || (isFirst && length == 0))
                return false;
            if (isCut)
                break;
            prefix = rest[(int)length..];
            isFirst = false;
        }

        return !isEmpty;
    }

    public DecodedTrace Read(TraceInput input, IngestOptions options)
    {
        using PerfettoRecording recording = new(options.KeepAll);
        new PacketReader(input, options, recording).Read();
        return recording.ToTrace();
    }

    // A packet that continues after the prefix can end anywhere, but must begin with a field.
    private static bool IsPacket(ReadOnlySpan<byte> packet, bool isCut, bool isFirst)
    {
        ProtoReader reader = new(packet);
        int fields = 0;
        while (reader.TryNext())
        {
            if (reader.Field > PacketField.NumberMax)
                return false;
            fields++;
        }

        return isCut ? fields > 0 || BeginsWithField(packet, mayEndInNumber: !isFirst) : !reader.IsDamaged;
    }

    // After whole packets, the prefix may end before or within a number of the next packet's first field.
    private static bool BeginsWithField(ReadOnlySpan<byte> packet, bool mayEndInNumber)
    {
        if (!ProtoReader.TryVarint(ref packet, out ulong tag))
            return mayEndInNumber && IsCutNumber(packet);
        if (tag >> 3 is 0 or > PacketField.NumberMax)
            return false;
        return (tag & 7) switch
        {
            2 when ProtoReader.TryVarint(ref packet, out ulong length) => length > (ulong)packet.Length,
            0 or 2 => mayEndInNumber && IsCutNumber(packet),
            1 => mayEndInNumber && packet.Length < sizeof(ulong),
            5 => mayEndInNumber && packet.Length < sizeof(uint),
            _ => false,
        };
    }

    private static bool IsCutNumber(ReadOnlySpan<byte> bytes) =>
        bytes.Length < ProtoReader.VarintBytesMax && bytes.IndexOfAnyInRange((byte)0, (byte)0x7F) < 0;
}

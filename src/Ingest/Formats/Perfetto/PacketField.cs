namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>Numbers of the fields that are read of a TracePacket (protos/perfetto/trace/trace_packet.proto).</summary>
internal static class PacketField
{
    /// <summary>Trace.packet: the only field of the whole file.</summary>
    public const int Packet = 1;

    public const int FtraceEvents = 1;
    public const int ClockSnapshot = 6;
    public const int FtraceStats = 34;
    public const int PreviousPacketDropped = 42;
    public const int SystemInfo = 45;
    public const int CompressedPackets = 50;
    public const int MachineId = 98;
    public const int ZstdCompressedPackets = 133;

    /// <summary>Above the largest number that any released schema uses for a field of a packet, extensions included.</summary>
    public const int NumberMax = 20_000;
}

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>What a field is to a row, or to the packet that it lies in.</summary>
internal enum CtfSlot : byte
{
    None,
    Tid,
    Other,
    Comm,
    NextComm,
    Value,
    CacheName,
    Running,
    EventId,
    Magic,
    StreamId,
    TimestampBegin,
    TimestampEnd,
    ContentBits,
    PacketBits,
    Discarded,
    Cpu,
    Sequence,
}

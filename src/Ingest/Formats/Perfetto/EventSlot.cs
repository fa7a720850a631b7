namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>What a field of an event's message is to a row.</summary>
internal enum EventSlot : byte
{
    None,
    Tid,
    Other,
    Comm,
    NextComm,
    Value,
    Size,
    Align,
    CacheName,
}

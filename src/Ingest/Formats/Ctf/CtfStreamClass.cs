namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>What packets of one stream id are made of.</summary>
internal sealed class CtfStreamClass
{
    public CtfType? PacketContext { get; set; }

    public CtfType? EventHeader { get; set; }

    public CtfType? EventContext { get; set; }

    public Dictionary<long, CtfEventClass> Events { get; } = [];
}

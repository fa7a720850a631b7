namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>What a trace's metadata declares.</summary>
internal sealed class CtfMetadata
{
    /// <summary>Structure before each packet, null for none.</summary>
    public CtfType? PacketHeader { get; set; }

    public Dictionary<long, CtfStreamClass> Streams { get; } = [];

    /// <summary>The recorder's and the machine's names: env.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>The clock's attributes: name, freq, offset, offset_s.</summary>
    public Dictionary<string, string> Clock { get; } = new(StringComparer.Ordinal);

    /// <summary>The stream of that id; made if it is not declared yet, for events may come before it.</summary>
    public CtfStreamClass Stream(long id)
    {
        if (!Streams.TryGetValue(id, out CtfStreamClass? stream))
            Streams[id] = stream = new CtfStreamClass();
        return stream;
    }
}

/// <summary>What packets of one stream id are made of.</summary>
internal sealed class CtfStreamClass
{
    public CtfType? PacketContext { get; set; }
    public CtfType? EventHeader { get; set; }
    public CtfType? EventContext { get; set; }
    public Dictionary<long, CtfEventClass> Events { get; } = [];
}

/// <summary>What events of one id are made of, and how they fill a row: null if they play no part, perhaps for want of a field.</summary>
internal sealed record CtfEventClass(string Name, CtfType? Context, CtfType? Fields, KnownTracepoint? Known, string? MissingField)
{
    public long Skipped { get; set; }
}

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>The declarations in a trace's metadata.</summary>
internal sealed class CtfMetadata
{
    /// <summary>The structure before each packet; null if there is none.</summary>
    public CtfType? PacketHeader { get; set; }

    public Dictionary<long, CtfStreamClass> Streams { get; } = [];

    /// <summary>The values in env: names of the recorder, the machine and others.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>The clock's attributes: name, freq, offset, offset_s.</summary>
    public Dictionary<string, string> Clock { get; } = new(StringComparer.Ordinal);

    /// <summary>The stream with that id. Creates it if it is not declared yet, because events may be declared before their
    /// stream.</summary>
    public CtfStreamClass Stream(long id)
    {
        if (!Streams.TryGetValue(id, out CtfStreamClass? stream))
            Streams[id] = stream = new CtfStreamClass();
        return stream;
    }
}

/// <summary>The types in packets with one stream id.</summary>
internal sealed class CtfStreamClass
{
    public CtfType? PacketContext { get; set; }
    public CtfType? EventHeader { get; set; }
    public CtfType? EventContext { get; set; }
    public Dictionary<long, CtfEventClass> Events { get; } = [];
}

/// <summary>The types of events with one id, and how they fill a row: null if they do not affect stacks or lack a field.</summary>
internal sealed record CtfEventClass(string Name, CtfType? Context, CtfType? Fields, KnownTracepoint? Known, string? MissingField)
{
    public long Skipped { get; set; }
}

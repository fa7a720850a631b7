namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>A member of a structure. Holds the number that was last read of it: lengths and variants look there.</summary>
internal sealed class CtfField(string name, CtfType type)
{
    /// <summary>The name as the metadata has it; LTTng puts an underscore before the names of events' fields.</summary>
    public string Name { get; } = name;

    public CtfType Type { get; } = type;

    /// <summary>What the field is to a row or a packet.</summary>
    public CtfSlot Slot { get; set; }

    /// <summary>The number that was last read.</summary>
    public long Value { get; set; }
}

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>A type of TSDL, the language of CTF 1.8's metadata, as far as kernel tracers use it. Places are aligned in bits.</summary>
internal sealed record CtfType(CtfTypeKind Kind, int Align)
{
    /// <summary>Bits of an integer (also an enumeration's) or a floating-point number.</summary>
    public int Bits { get; init; }

    public bool IsSigned { get; init; }
    public bool IsBigEndian { get; init; }

    /// <summary>True if the integer counts a clock: its low bits are the clock's.</summary>
    public bool IsClock { get; init; }

    /// <summary>Ranges of an enumeration, with the name of each.</summary>
    public ImmutableArray<(string Name, long First, long Last)> Labels { get; init; } = [];

    /// <summary>Members of a structure, or options of a variant.</summary>
    public ImmutableArray<CtfField> Fields { get; init; } = [];

    /// <summary>What an array or a sequence is of.</summary>
    public CtfType? Element { get; init; }

    /// <summary>Elements of an array.</summary>
    public int Length { get; init; }

    /// <summary>The field that holds a sequence's length or chooses a variant's option.</summary>
    public CtfField? Selector { get; init; }

    /// <summary>Fewest bits that it takes, padding aside.</summary>
    public long BitsMin { get; init; }

    /// <summary>Types in it, itself included: a bound on the work for it, array elements aside.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>An 8-bit integer: arrays of it are texts.</summary>
    public bool IsByte => Kind == CtfTypeKind.Integer && Bits == 8 && Align == 8;
}

internal enum CtfTypeKind
{
    Integer,
    Floating,
    Enumeration,
    Structure,
    Variant,
    Array,
    Sequence,
    Text,
}

/// <summary>A member of a structure. Holds the number that was last read of it: lengths and variants look there.</summary>
internal sealed class CtfField(string name, CtfType type)
{
    /// <summary>The name as the metadata has it; LTTng puts an underscore before the names of events' fields.</summary>
    public string Name { get; } = name;

    public CtfType Type { get; } = type;
    public CtfSlot Slot { get; set; }

    /// <summary>The number that was last read.</summary>
    public long Value { get; set; }
}

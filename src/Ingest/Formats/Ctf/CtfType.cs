namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>A type of TSDL, the language of CTF 1.8's metadata, as kernel tracers use it. The alignment is in bits.</summary>
internal sealed record CtfType(CtfTypeKind Kind, int Align)
{
    /// <summary>Number of bits of an integer (also of an enumeration's) or a floating-point number.</summary>
    public int Bits { get; init; }

    public bool IsSigned { get; init; }
    public bool IsBigEndian { get; init; }

    /// <summary>True if the integer has the low bits of a clock.</summary>
    public bool IsClock { get; init; }

    /// <summary>Ranges of an enumeration, with the name of each.</summary>
    public ImmutableArray<(string Name, long First, long Last)> Labels { get; init; } = [];

    /// <summary>Members of a structure, or options of a variant.</summary>
    public ImmutableArray<CtfField> Fields { get; init; } = [];

    /// <summary>The element type of an array or a sequence.</summary>
    public CtfType? Element { get; init; }

    /// <summary>Number of elements of an array.</summary>
    public int Length { get; init; }

    /// <summary>The field that has a sequence's length or selects a variant's option.</summary>
    public CtfField? Selector { get; init; }

    /// <summary>Minimum number of bits of a value, without padding.</summary>
    public long BitsMin { get; init; }

    /// <summary>Number of types in it, including itself: a bound on the work to read it, apart from array elements.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>True for an 8-bit integer. Arrays of it are texts.</summary>
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

/// <summary>A member of a structure. It stores its last value, which lengths and variants refer to.</summary>
internal sealed class CtfField(string name, CtfType type)
{
    /// <summary>The name in the metadata. LTTng puts an underscore before the names of event fields.</summary>
    public string Name { get; } = name;

    public CtfType Type { get; } = type;
    public CtfSlot Slot { get; set; }

    /// <summary>The last value that was read.</summary>
    public long Value { get; set; }
}

namespace ForkTrace.Ingest.Formats.Ctf;

/// <summary>The types of TSDL.</summary>
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

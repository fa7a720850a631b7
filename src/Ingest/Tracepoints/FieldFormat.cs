namespace ForkTrace.Ingest.Tracepoints;

/// <summary>One <c>field:</c> line of an event's format text.</summary>
/// <param name="Name">Name of the C member, without array brackets.</param>
/// <param name="Type">The C type as written, e.g. <c>__data_loc char[]</c>.</param>
/// <param name="Offset">Byte offset in the record.</param>
/// <param name="Size">Bytes it takes in the record.</param>
/// <param name="IsSigned">As the kernel declares it.</param>
public sealed record FieldFormat(string Name, string Type, int Offset, int Size, bool IsSigned)
{
    /// <summary>A 32-bit word that says where the data lies: low half offset from the record's start, high half length.</summary>
    public bool IsDataLoc => Type.StartsWith("__data_loc", StringComparison.Ordinal);

    /// <summary>As <see cref="IsDataLoc"/>, the offset counting from the end of the word.</summary>
    public bool IsRelLoc => Type.StartsWith("__rel_loc", StringComparison.Ordinal);
}

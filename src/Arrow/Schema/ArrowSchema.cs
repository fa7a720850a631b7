namespace ForkTrace.Arrow.Schema;

/// <summary>The columns of a file or stream, in order, and its custom metadata.</summary>
public sealed class ArrowSchema
{
    private readonly ArrowField[] _fields;

    public ArrowSchema(IEnumerable<ArrowField> fields, ArrowMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(fields);
        _fields = [.. fields];
        Metadata = metadata ?? ArrowMetadata.Empty;
    }

    public IReadOnlyList<ArrowField> Fields => _fields;

    public ArrowMetadata Metadata { get; }

    /// <summary>The index of the first field with this name, or -1.</summary>
    public int IndexOf(string name) => Array.FindIndex(_fields, field => field.Name == name);

    /// <summary>The same fields with other metadata.</summary>
    public ArrowSchema With(ArrowMetadata metadata) => new(_fields, metadata);

    public override string ToString() => string.Join(", ", _fields.Select(field => field.ToString()));
}

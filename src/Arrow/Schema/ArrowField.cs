namespace ForkTrace.Arrow.Schema;

/// <summary>The name, type and custom metadata of one column.</summary>
public sealed class ArrowField
{
    public ArrowField(string name, ArrowType type, bool isNullable = false, ArrowMetadata? metadata = null)
        : this(name, type, isNullable, metadata, dictionaryId: -1)
    {
    }

    internal ArrowField(string name, ArrowType type, bool isNullable, ArrowMetadata? metadata, long dictionaryId)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(type);
        Name = name;
        Type = type;
        IsNullable = isNullable;
        Metadata = metadata ?? ArrowMetadata.Empty;
        DictionaryId = dictionaryId;
    }

    public string Name { get; }

    public ArrowType Type { get; }

    /// <summary>True if values may be null.</summary>
    public bool IsNullable { get; }

    public ArrowMetadata Metadata { get; }

    /// <summary>The number that ties a field that was read to its dictionary batches; -1 for other fields.</summary>
    internal long DictionaryId { get; }

    public override string ToString() => $"{Name}: {Type}{(IsNullable ? "" : " not null")}";
}

namespace ForkTrace.Arrow.Ipc;

/// <summary>What the metadata of a batch says about its body.</summary>
internal readonly ref struct BatchLayout
{
    public required long RowCount { get; init; }

    /// <summary>Field nodes, two words each: length, null count.</summary>
    public required ReadOnlySpan<long> Nodes { get; init; }

    /// <summary>Buffers, two words each: offset in the body, length without padding.</summary>
    public required ReadOnlySpan<long> Buffers { get; init; }

    public required long BodyBytes { get; init; }

    public required bool IsCompressed { get; init; }
}

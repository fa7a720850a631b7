using System.Collections.Immutable;

namespace ForkTrace.Lifecycle.Recording;

/// <summary>What a user wants recorded.</summary>
public sealed record RecordingRequest
{
    public RecordingLevel Level { get; init; } = RecordingLevel.Standard;

    /// <summary>The tool to record with; null: the best that works on the machine.</summary>
    public RecordingTool? Tool { get; init; }

    /// <summary>The file to write; null: the tool's own default.</summary>
    public string? Output { get; init; }

    /// <summary>The workload with its arguments; empty: not said, then CMD stands for it.</summary>
    public ImmutableArray<string> Command { get; init; } = [];
}

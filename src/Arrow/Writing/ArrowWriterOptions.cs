using ForkTrace.Arrow.Compression;

namespace ForkTrace.Arrow.Writing;

/// <summary>How an Arrow file or stream is written.</summary>
public sealed record ArrowWriterOptions
{
    public static ArrowWriterOptions Default { get; } = new();

    public ArrowCompression Compression { get; init; }

    /// <summary>The zstd level: 1 (fast) to 19 (small); negative levels are faster still.</summary>
    public int ZstdLevel { get; init; } = Zstd.DefaultLevel;

    /// <summary>True to leave the stream open when the writer is disposed.</summary>
    public bool LeaveOpen { get; init; }
}

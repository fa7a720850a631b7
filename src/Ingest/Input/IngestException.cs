namespace ForkTrace.Ingest.Input;

/// <summary>The input was rejected: it is not what it claims to be, or is cut off where reading cannot go on.</summary>
public sealed class IngestException(string code, string message, long offset = -1) : Exception(message)
{
    /// <summary>Stable snake-case reason, e.g. <c>truncated</c>, <c>unknown_format</c>.</summary>
    public string Code { get; } = code;

    /// <summary>Byte offset in the (uncompressed) input where it was found, -1 if none applies.</summary>
    public long Offset { get; } = offset;
}

using System.Diagnostics.CodeAnalysis;

namespace ForkTrace.Ingest.Input;

/// <summary>The input was rejected: it is not what it claims to be, or is cut off so that reading cannot continue.</summary>
public sealed class IngestException(string code, string message, long offset = -1) : Exception(message)
{
    /// <summary>Stable snake-case reason, e.g. <c>truncated</c>, <c>unknown_format</c>.</summary>
    public string Code { get; } = code;

    /// <summary>Byte offset of the fault in the (uncompressed) input; -1 if none applies.</summary>
    public long Offset { get; } = offset;
}

/// <summary>The one place that throws for bad input, so that the readers' loops stay small.</summary>
internal static class Reject
{
    /// <summary>A structure reaches past the end of the input.</summary>
    [DoesNotReturn]
    public static void Truncated(string what, long offset, long needed, long available) =>
        throw new IngestException(
            "truncated", $"the file ends within {what} at byte {offset} (bytes needed: {needed}, left: {available})", offset);

    /// <summary>A value is outside what the format allows.</summary>
    [DoesNotReturn]
    public static void Invalid(string what, long offset, string found, string allowed) =>
        throw new IngestException("invalid", $"{what} at byte {offset} is {found}, but must be {allowed}", offset);

    /// <summary>A legal input that this reader does not support.</summary>
    [DoesNotReturn]
    public static void Unsupported(string what, long offset = -1) => throw new IngestException("unsupported", what, offset);

    /// <summary>The input changed while it was read.</summary>
    [DoesNotReturn]
    public static void Changed(FileStamp stamp) => throw new IngestException("changed", stamp.Refusal);

    /// <summary>An input that is rejected for another reason.</summary>
    [DoesNotReturn]
    public static void For(string code, string message) => throw new IngestException(code, message);
}

namespace ForkTrace.Arrow.Ipc;

/// <summary>The constants of the Arrow IPC format (Schema.fbs, Message.fbs and File.fbs of the columnar format, version 1.x).</summary>
/// <remarks>
/// <code>
/// message: FF FF FF FF | int32 metadata bytes | metadata, padded | body, bodyLength bytes
/// stream:  schema message | dictionary and record batch messages ... | FF FF FF FF 00 00 00 00
/// file:    "ARROW1" 00 00 | stream | footer | int32 footer bytes | "ARROW1"
/// </code>
/// Streams from before 0.15 have no FF FF FF FF before the length of a message.
/// </remarks>
internal static class IpcFormat
{
    public const int ContinuationMarker = -1;
    public const int MessagePrefixBytes = 8;

    /// <summary>"ARROW1" and two zeros, at the start of a file.</summary>
    public const int FileHeaderBytes = 8;

    /// <summary>The length of the footer and "ARROW1", at the end of a file.</summary>
    public const int FileTrailerBytes = 10;

    /// <summary>Buffers and bodies begin at multiples of this, so that whole cache lines and vectors can be read.</summary>
    public const int AlignmentBytes = 64;

    /// <summary>Before the bytes of each buffer of a compressed body: its uncompressed length.</summary>
    public const int CompressedPrefixBytes = 8;

    /// <summary>The uncompressed length that says "not compressed after all".</summary>
    public const long StoredLength = -1;

    /// <summary>FieldNode: int64 length, int64 null count.</summary>
    public const int FieldNodeBytes = 16;

    /// <summary>Buffer: int64 offset in the body, int64 length.</summary>
    public const int BufferBytes = 16;

    /// <summary>Block: int64 offset in the file, int32 metadata bytes with the prefix, 4 bytes of padding, int64 body bytes.</summary>
    public const int BlockBytes = 24;

    public const short Version4 = 3;
    public const short Version5 = 4;

    public const byte ZstdCodec = 1;

    public static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    public static long Padded(long bytes) => checked(bytes + AlignmentBytes - 1) & -AlignmentBytes;
}

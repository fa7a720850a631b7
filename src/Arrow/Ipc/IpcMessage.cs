using ForkTrace.Arrow.FlatBuffers;

namespace ForkTrace.Arrow.Ipc;

/// <summary>The metadata of one message, decoded as far as its kind and the length of its body.</summary>
/// <remarks>Message: 0 version, 1 header type, 2 header, 3 bodyLength, 4 custom metadata.</remarks>
internal readonly ref struct IpcMessage
{
    private IpcMessage(MessageKind kind, FlatTable header, long bodyBytes)
    {
        Kind = kind;
        Header = header;
        BodyBytes = bodyBytes;
    }

    public MessageKind Kind { get; }

    public FlatTable Header { get; }

    public long BodyBytes { get; }

    public static IpcMessage Decode(ReadOnlySpan<byte> metadata, long fileOffset)
    {
        FlatTable message = new FlatBytes(metadata, fileOffset).Root("Message");
        RequireVersion(message.Int16(0), message.FileOffset);
        MessageKind kind = (MessageKind)message.UInt8(1);
        if (kind is not (MessageKind.Schema or MessageKind.DictionaryBatch or MessageKind.RecordBatch))
            Reject.Number("message kind", message.FileOffset, (long)kind, "1 (schema), 2 (dictionary batch), 3 (record batch)");
        long bodyBytes = message.Int64(3);
        Reject.Outside("bodyLength of Message", message.FileOffset, bodyBytes, 0, long.MaxValue / 2);
        return new IpcMessage(kind, message.Table(2, $"header of {kind}"), bodyBytes);
    }

    public static void RequireVersion(short version, long fileOffset)
    {
        if (version is not (IpcFormat.Version4 or IpcFormat.Version5))
            Reject.With("metadata version", fileOffset, $"V{version + 1}", "V4 or V5");
    }
}

namespace ForkTrace.Arrow.Ipc;

/// <summary>MessageHeader of Message.fbs.</summary>
internal enum MessageKind : byte
{
    None = 0,
    Schema = 1,
    DictionaryBatch = 2,
    RecordBatch = 3,
}

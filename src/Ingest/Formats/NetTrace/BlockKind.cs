namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>Kinds of blocks that are read (NetTraceFormat.md, "Blocks"); others are passed over.</summary>
internal static class BlockKind
{
    public const int EndOfStream = 0;
    public const int Trace = 1;
    public const int Event = 2;
    public const int Metadata = 3;
    public const int SequencePoint = 4;
    public const int Thread = 6;
    public const int RemoveThread = 7;
}

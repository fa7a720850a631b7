namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>
/// A first pass over a trace, which bounds the sizes that TraceEvent believes, so that no damage makes it allocate without measure or call
/// itself without end; and which keeps what TraceEvent does not tell.
/// </summary>
internal sealed class NetTraceScan
{
    // TraceEvent keeps a CPU's number in one byte.
    private const ulong CpuMax = byte.MaxValue;
    private readonly List<(long Start, long End)> _ranges = [];

    public NetTraceScan(TraceInput input)
    {
        BlockWalk blocks = new(input);
        IsObjects = blocks.IsObjects;
        _ranges.Add((0, blocks.Next));
        if (!blocks.TryNext() || blocks.Kind != BlockKind.Trace)
            Reject.Invalid("the first block of a nettrace", blocks.Start, $"of kind {(int)blocks.Kind}", "a whole Trace block");
        Header = new NetTraceHeader(blocks.Content, blocks.Offset);
        do
        {
            if (IsTaken(in blocks))
                Serve(blocks.Start, blocks.Next);
        }
        while (blocks.TryNext());
        IsCut = blocks.IsCut;
    }

    public NetTraceHeader Header { get; }

    /// <summary>Events that the metadata describes; none for versions 4 and 5, which hold none of the kernel.</summary>
    public NetTraceMetadata Metadata { get; } = new();

    /// <summary>True for versions 4 and 5.</summary>
    public bool IsObjects { get; }

    /// <summary>Parts of the file that are whole and sound, without the block that ends a trace.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges => _ranges;

    /// <summary>Event blocks that are left out because a row in them reaches past the block.</summary>
    public long Damaged { get; private set; }

    public bool IsCut { get; }

    /// <summary>True if events stand out of order, so that TraceEvent sees a loss before it hands out the events around it.</summary>
    public bool IsUnsorted { get; private set; }

    /// <summary>True if an event is of a CPU whose number TraceEvent cannot hold.</summary>
    public bool HasWideCpu { get; private set; }

    private bool IsTaken(in BlockWalk block)
    {
        switch (block.Kind)
        {
            case BlockKind.Event:
                return IsEventBlockTaken(in block);
            case BlockKind.Metadata when IsObjects:
                CheckMetadataObject(in block);
                return true;
            case BlockKind.Metadata:
                Metadata.Read(block.Content, block.Offset);
                return true;
            default:
                return true;
        }
    }

    // TraceEvent takes a block without an event for damage.
    private bool IsEventBlockTaken(in BlockWalk block)
    {
        EventRows rows = new(block.Content, IsObjects);
        if (rows.IsEmpty && !rows.IsDamaged && !IsObjects)
            return false;
        bool isUnsorted = false, hasWideCpu = false;
        while (rows.TryNext())
        {
            isUnsorted |= !rows.IsSorted;
            hasWideCpu |= rows.Cpu > CpuMax;
        }

        if (rows.IsDamaged && IsObjects)
            Reject.Invalid("an event block of a nettrace", block.Offset, "damaged", "rows that end within the block");
        if (rows.IsDamaged)
        {
            Damaged++;
            return false;
        }

        IsUnsorted |= isUnsorted;
        HasWideCpu |= hasWideCpu;
        return true;
    }

    private static void CheckMetadataObject(in BlockWalk block)
    {
        EventRows rows = new(block.Content, isObjects: true);
        bool isSound = true;
        while (isSound && rows.TryNext())
            isSound = FieldCheck.IsPayloadSound(rows.Payload);
        if (!isSound || rows.IsDamaged)
            Reject.Invalid("a metadata block of a nettrace", block.Offset, "damaged", "rows and fields that end within the block");
    }

    private void Serve(long start, long end)
    {
        if (_ranges[^1].End == start)
            _ranges[^1] = (_ranges[^1].Start, end);
        else
            _ranges.Add((start, end));
    }
}

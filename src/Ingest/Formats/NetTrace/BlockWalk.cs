namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>Kinds of blocks that this reader examines. TraceEvent reads the others.</summary>
internal enum BlockKind
{
    EndOfStream = 0,
    Trace = 1,
    Event = 2,
    Metadata = 3,
    SequencePoint = 4,
    Stack = 5,
}

/// <summary>
/// Reads the blocks of a trace. Version 6: each block begins with 24 bits of size and 8 bits of kind. Versions 4 and 5: each block is an
/// object with the name of its kind; a damaged or cut-off block is rejected, because such a trace has no kernel events anyway.
/// </summary>
internal ref struct BlockWalk
{
    private const int HeadBytes = 4;
    private const int ObjectHeadBytesMax = 128;
    private const int TraceObjectBytes = 48;
    private const int ObjectVersionMax = 2;
    private static readonly (string Name, BlockKind Kind)[] s_objects =
    [
        ("Trace", BlockKind.Trace), ("EventBlock", BlockKind.Event), ("MetadataBlock", BlockKind.Metadata),
        ("SPBlock", BlockKind.SequencePoint), ("StackBlock", BlockKind.Stack),
    ];

    private readonly TraceInput _input;
    private readonly InputWindow _window;

    public BlockWalk(TraceInput input)
    {
        _input = input;
        _window = new InputWindow(input);
        ByteCursor cursor = new(input.SliceUpTo(0, ObjectHeadBytesMax), 0, swap: false);
        cursor.Expect("Nettrace"u8, "the magic of a nettrace");
        IsObjects = cursor.ReadUInt32("the head of a nettrace") != 0;
        if (IsObjects)
            cursor.Expect("!FastSerialization.1"u8, "the head of a nettrace of version 4 or 5");
        else
        {
            uint major = cursor.ReadUInt32("the version of a nettrace");
            if (major != 6)
                Reject.Invalid("the version of a nettrace", 12, $"{major}", "6, or 4 or 5 in the older layout");
            cursor.ReadUInt32("the version of a nettrace");
        }

        Next = cursor.Position;
    }

    /// <summary>True for versions 4 and 5.</summary>
    public bool IsObjects { get; }

    public BlockKind Kind { get; private set; }

    /// <summary>Offset of the block, including its header, in the file.</summary>
    public long Start { get; private set; }

    /// <summary>Offset of the block's content in the file.</summary>
    public long Offset { get; private set; }

    public long Next { get; private set; }

    /// <summary>The block's content, valid until the next call.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>True if the file ended before the block that ends a trace.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Goes to the next block; false at the end.</summary>
    public bool TryNext()
    {
        Start = Next;
        return IsObjects ? TryNextObject() : TryNextBlock();
    }

    private bool TryNextBlock()
    {
        ReadOnlySpan<byte> head = _window.SliceUpTo(Start, HeadBytes);
        if (head.Length < HeadBytes)
        {
            IsCut = true;
            return false;
        }

        uint word = BinaryPrimitives.ReadUInt32LittleEndian(head);
        Kind = (BlockKind)(word >> 24);
        int size = (int)(word & 0xFFFFFF);
        Offset = Start + HeadBytes;
        Content = _window.SliceUpTo(Offset, size);
        IsCut = Content.Length < size;
        Next = Offset + size;
        return !IsCut && Kind != BlockKind.EndOfStream;
    }

    // Tags: 5 begins an object, 6 ends an object, 1 is null (instead of a type: the object is a type; instead of an object: the end).
    private bool TryNextObject()
    {
        const string What = "a block of a nettrace of version 4 or 5";
        ByteCursor cursor = new(_input.SliceUpTo(Start, ObjectHeadBytesMax), Start, swap: false);
        if (cursor.ReadByte(What) == 1)
        {
            Kind = BlockKind.EndOfStream;
            return false;
        }

        cursor = new(_input.SliceUpTo(Start, ObjectHeadBytesMax), Start, swap: false);
        cursor.Expect([5, 5, 1], What);
        uint version = cursor.ReadUInt32(What);
        cursor.ReadUInt32(What);
        long nameOffset = cursor.Offset;
        string name = Encoding.UTF8.GetString(cursor.ReadBytes(cursor.ReadUInt32(What), What));
        cursor.Expect([6], What);
        Kind = s_objects.FirstOrDefault(known => known.Name == name).Kind;
        if (Kind == BlockKind.EndOfStream)
        {
            string names = string.Join(", ", s_objects.Select(known => known.Name));
            Reject.Invalid("the name of a block of a nettrace", nameOffset, $"'{name}'", names);
        }

        if (Kind == BlockKind.Trace && version != 4)
            Reject.Invalid("the version of a nettrace", Start, $"{version}", "from 4 to 6");
        if (Kind != BlockKind.Trace && version > ObjectVersionMax)
            Reject.Invalid($"the version of a {name} of a nettrace", Start, $"{version}", $"at most {ObjectVersionMax}");
        long size = Kind == BlockKind.Trace ? TraceObjectBytes : cursor.ReadUInt32(What);
        Offset = Kind == BlockKind.Trace ? cursor.Offset : (cursor.Offset + 3) & ~3L;
        Content = _window.Slice(Offset, size, What);
        ByteCursor end = new(_input.SliceUpTo(Offset + size, 1), Offset + size, swap: false);
        end.Expect([6], $"the end of {What}");
        Next = end.Offset;
        return true;
    }
}

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>The head of an event row. In a compressed block most of it is that of the row before.</summary>
internal struct EventHead
{
    public ulong Metadata;
    public uint Sequence;
    public ulong CaptureThread;
    public ulong Cpu;
    public ulong Thread;
    public ulong Ticks;
    public ulong PayloadBytes;

    /// <summary>Reads a row of 4-byte and 8-byte numbers.</summary>
    public void ReadPlain(ref VarReader row)
    {
        row.UInt32();
        Metadata = row.UInt32() & 0x7FFFFFFF;
        Sequence = row.UInt32();
        Thread = (ulong)row.Int64();
        CaptureThread = (ulong)row.Int64();
        Cpu = row.UInt32();
        row.UInt32();
        Ticks = (ulong)row.Int64();
        row.UInt32();
        PayloadBytes = row.UInt32();
    }

    /// <summary>Reads a row whose first byte tells what follows.</summary>
    public void ReadCompressed(ref VarReader row)
    {
        int flags = row.Byte();
        if ((flags & 1) != 0)
            Metadata = row.Var();
        if ((flags & 2) != 0)
        {
            Sequence += (uint)row.Var();
            CaptureThread = row.Var();
            Cpu = row.Var();
        }

        Sequence++;
        if ((flags & 4) != 0)
            Thread = row.Var();
        if ((flags & 8) != 0)
            row.Var();
        Ticks += row.Var();
        if ((flags & 16) != 0)
            row.Var();
        if ((flags & 128) != 0)
            PayloadBytes = row.Var();
    }
}

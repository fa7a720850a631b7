using System.Buffers.Binary;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Windows' traces, which are recognised and rejected.</summary>
public sealed class EtlTarget : RecordingTarget
{
    private const int BufferBytes = 1024;

    public override string Name => "etl";

    public override IReadOnlyList<byte[]> Seeds()
    {
        byte[] head = new byte[BufferBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, BufferBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), 512);
        (head[72], head[74], head[75]) = (2, 2, 0xC0);
        return [head];
    }
}

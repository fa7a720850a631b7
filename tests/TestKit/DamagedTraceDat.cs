using System.Buffers.Binary;

namespace ForkTrace.TestKit;

/// <summary>Damage to a trace.dat of version 6, little endian, with one ring buffer.</summary>
public static class DamagedTraceDat
{
    private const int PageBytes = 4096;

    /// <summary>The file with the clock of a CPU set by <paramref name="byNs"/> from a page of its buffer on.</summary>
    public static byte[] StepClock(byte[] file, int cpu, int page, long byNs)
    {
        byte[] damaged = [.. file];

        // After this word, each CPU's part of the file: offset and length.
        ReadOnlySpan<byte> mark = "flyrecord\0"u8;
        int entry = file.AsSpan().IndexOf(mark) + mark.Length + (16 * cpu);
        int from = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(entry));
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(entry + 8));
        for (int at = from + (page * PageBytes); at < from + length; at += PageBytes)
        {
            Span<byte> time = damaged.AsSpan(at, sizeof(long));
            BinaryPrimitives.WriteInt64LittleEndian(time, BinaryPrimitives.ReadInt64LittleEndian(time) + byNs);
        }

        return damaged;
    }
}

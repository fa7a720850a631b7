using System.Numerics;
using System.Runtime.InteropServices;

namespace ForkTrace.Arrow;

/// <summary>Bits of a validity bitmap or a bool column: row i is bit i % 8 of byte i / 8.</summary>
public static class Bitmap
{
    /// <summary>Bytes that hold this many bits.</summary>
    public static int Bytes(int bits) => (int)(((long)bits + 7) / 8);

    public static bool IsSet(ReadOnlySpan<byte> bits, int row) => (bits[row >> 3] & (1 << (row & 7))) != 0;

    /// <summary>One byte for eight values; unused bits are 0.</summary>
    public static byte[] Pack(ReadOnlySpan<bool> values)
    {
        byte[] bits = new byte[Bytes(values.Length)];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i])
                bits[i >> 3] |= (byte)(1 << (i & 7));
        }

        return bits;
    }

    /// <summary>How many of the first <paramref name="count"/> bits are 0.</summary>
    public static int CountZeros(ReadOnlySpan<byte> bits, int count)
    {
        ReadOnlySpan<byte> whole = bits[..(count / 8)];
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(whole);
        int ones = 0;
        foreach (ulong word in words)
            ones += BitOperations.PopCount(word);
        foreach (byte rest in whole[(words.Length * sizeof(ulong))..])
            ones += BitOperations.PopCount(rest);
        if (count % 8 != 0)
            ones += BitOperations.PopCount((uint)(bits[count / 8] & ((1 << (count % 8)) - 1)));
        return count - ones;
    }
}

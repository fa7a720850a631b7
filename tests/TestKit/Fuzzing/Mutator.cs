using System.Buffers.Binary;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>
/// Makes damaged inputs from valid ones: cut, with flipped bits, with blocks that are doubled, removed or copied from another input, and
/// with numbers that are too large. A number that is not larger than the file is probably a length or an offset, so such numbers are
/// damaged more often than others.
/// </summary>
public sealed class Mutator
{
    private const int LengthMax = 1 << 20;
    private const int EditsMax = 6;
    private static readonly ulong[] s_numbers =
    [
        0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, int.MaxValue, 0x8000_0000, uint.MaxValue, long.MaxValue, 0x8000_0000_0000_0000,
        ulong.MaxValue,
    ];

    private static readonly int[] s_widths = [1, 2, 4, 4, 8, 8];
    private readonly IReadOnlyList<byte[]> _seeds;
    private readonly int[][] _lengths;

    public Mutator(IReadOnlyList<byte[]> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        _seeds = seeds;
        _lengths = [.. seeds.Select(PlacesOfLengths)];
    }

    /// <summary>Flips one to three bits of a copy.</summary>
    public static byte[] FlipBits(byte[] whole, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        byte[] damaged = [.. whole];
        for (int flips = random.Next(1, 4); flips > 0; flips--)
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    /// <summary>One damaged input.</summary>
    public byte[] Make(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int which = random.Next(_seeds.Count);
        List<byte> bytes = [.. _seeds[which]];
        int edits = 1 + Math.Min(random.Next(EditsMax), random.Next(EditsMax));
        for (int edit = 0; edit < edits && bytes.Count > 0 && bytes.Count < LengthMax; edit++)
            Edit(bytes, _lengths[which], random);
        return [.. bytes];
    }

    private void Edit(List<byte> bytes, int[] lengths, Random random)
    {
        int at = random.Next(3) == 0 && lengths.Length > 0 ? lengths[random.Next(lengths.Length)] : random.Next(bytes.Count);
        at = Math.Min(at, bytes.Count - 1);
        switch (random.Next(16))
        {
            case 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 1 or 2 or 3:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 4:
                bytes[at] = (byte)random.Next(256);
                break;
            case 5 or 6 or 7:
                PutNumber(bytes, at, s_numbers[random.Next(s_numbers.Length)], random);
                break;
            case 8:
                PutNumber(bytes, at, (ulong)random.Next(bytes.Count + 16), random);
                break;
            case 9:
                bytes[at] += (byte)random.Next(-8, 9);
                break;
            case 10:
                bytes.InsertRange(at, Block(bytes, random));
                break;
            case 11:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 64), bytes.Count - at));
                break;
            case 12:
                Overwrite(bytes, at, Block(bytes, random));
                break;
            case 13:
                byte[] other = _seeds[random.Next(_seeds.Count)];
                bytes.InsertRange(at, Block(other, random));
                break;
            case 14:
                PutDigits(bytes, at, random);
                break;
            default:
                MoveLine(bytes, at, random);
                break;
        }
    }

    private static void PutNumber(List<byte> bytes, int at, ulong value, Random random)
    {
        int width = s_widths[random.Next(s_widths.Length)];
        byte[] number = new byte[sizeof(ulong)];
        bool isBigEndian = random.Next(4) == 0;
        if (isBigEndian)
            BinaryPrimitives.WriteUInt64BigEndian(number, value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        Overwrite(bytes, at, isBigEndian ? number[(sizeof(ulong) - width)..] : number[..width]);
    }

    // Replaces a number in a text, from the next digit on.
    private static void PutDigits(List<byte> bytes, int at, Random random)
    {
        int first = bytes.FindIndex(at, IsDigit);
        if (first < 0)
            return;
        int end = bytes.FindIndex(first, one => !IsDigit(one));
        bytes.RemoveRange(first, (end < 0 ? bytes.Count : end) - first);
        string digits = random.Next(6) == 0
            ? "-" + new string('9', random.Next(1, 30))
            : s_numbers[random.Next(s_numbers.Length)].ToString(System.Globalization.CultureInfo.InvariantCulture);
        bytes.InsertRange(first, System.Text.Encoding.ASCII.GetBytes(digits));
    }

    private static bool IsDigit(byte one) => one is >= (byte)'0' and <= (byte)'9';

    private static void MoveLine(List<byte> bytes, int at, Random random)
    {
        int from = bytes.LastIndexOf((byte)'\n', at) + 1, end = bytes.IndexOf((byte)'\n', at) + 1;
        int length = (end <= from ? bytes.Count : end) - from;
        byte[] line = [.. bytes.GetRange(from, length)];
        if (random.Next(2) == 0)
            bytes.RemoveRange(from, length);
        bytes.InsertRange(bytes.IndexOf((byte)'\n', random.Next(bytes.Count + 1)) + 1, line);
    }

    private static byte[] Block(IReadOnlyList<byte> bytes, Random random)
    {
        int from = random.Next(bytes.Count);
        int length = Math.Min(random.Next(1, random.Next(4) == 0 ? 4096 : 64), bytes.Count - from);
        byte[] block = new byte[length];
        for (int index = 0; index < length; index++)
            block[index] = bytes[from + index];
        return block;
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] block)
    {
        for (int index = 0; index < block.Length && at + index < bytes.Count; index++)
            bytes[at + index] = block[index];
    }

    private static int[] PlacesOfLengths(byte[] bytes)
    {
        List<int> places = [];
        for (int at = 0; at + sizeof(uint) <= bytes.Length; at++)
        {
            uint little = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)), big = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if ((little > 0 && little <= bytes.Length) || (big > 0 && big <= bytes.Length))
                places.Add(at);
        }

        return [.. places];
    }
}

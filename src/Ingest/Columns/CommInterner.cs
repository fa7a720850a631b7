using System.Text.Unicode;

namespace ForkTrace.Ingest.Columns;

/// <summary>
/// Gives each distinct comm a small number; 0 is the empty, unknown one. A comm has at most TASK_COMM_LEN (16) bytes including its NUL
/// (include/linux/sched.h). So it fits into two 64-bit words, and no string is created per event.
/// </summary>
internal sealed class CommInterner
{
    private const int MaxBytes = 16;
    private UInt128[] _names = new UInt128[256];
    private int[] _buckets = new int[512];
    private int _count = 1;

    public int Count => _count;

    /// <summary>For each comm number: its number in the joint table of several streams; 0 if it has none yet. Null at first.</summary>
    internal int[]? JointNumbers { get; set; }

    /// <summary>
    /// The number of the comm that starts at <paramref name="bytes"/> and ends at its NUL, its 16th byte or the span's end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Intern(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MaxBytes)
            return InternShort(bytes);
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        ulong lowNul = NulMask(low);
        if (lowNul != 0)
        {
            low &= BelowNul(lowNul);
            high = 0;
        }
        else
        {
            ulong highNul = NulMask(high);
            if (highNul != 0)
                high &= BelowNul(highNul);
        }

        return Lookup(low, high);
    }

    /// <summary>Writes the comm's bytes without NUL, and returns their number.</summary>
    public int CopyBytes(int index, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(destination, _names[index]);
        int nul = destination[..MaxBytes].IndexOf((byte)0);
        return nul < 0 ? MaxBytes : nul;
    }

    /// <summary>The names as text, by number; bytes that are not UTF-8, and backslashes, are escaped (<see cref="CommTable"/>).</summary>
    /// <param name="known">The previous table, which has the first of them. It is returned if there are no more.</param>
    public CommTable ToTable(CommTable known)
    {
        if (known.Count == _count)
            return known;
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>(_count);
        Span<byte> bytes = stackalloc byte[MaxBytes];
        names.AddRange(known.Names);
        for (int index = known.Count; index < _count; index++)
            names.Add(ToText(bytes[..CopyBytes(index, bytes)]));
        return new CommTable(names.MoveToImmutable());
    }

    /// <summary>The number here of a comm of <paramref name="other"/>.</summary>
    public int InternFrom(CommInterner other, int index) => Lookup((ulong)other._names[index], (ulong)(other._names[index] >> 64));

    /// <summary>A name's bytes as text (<see cref="CommTable"/>).</summary>
    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes) && !bytes.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(bytes);
        StringBuilder text = new();
        while (!bytes.IsEmpty)
        {
            bool isRune = Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            bool isPlain = isRune && rune.Value != '\\';
            text.Append(isPlain ? rune.ToString() : "");
            foreach (byte value in isPlain ? [] : bytes[..consumed])
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
            bytes = bytes[consumed..];
        }

        return text.ToString();
    }

    // Bit 7 of the lowest zero byte is the lowest bit set (the classic has-zero-byte test; higher bits may be wrong).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong NulMask(ulong word) => (word - 0x0101010101010101UL) & ~word & 0x8080808080808080UL;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BelowNul(ulong mask) => ((mask & (0UL - mask)) >> 7) - 1;

    private int InternShort(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[MaxBytes];
        padded.Clear();
        int nul = bytes.IndexOf((byte)0);
        (nul < 0 ? bytes : bytes[..nul]).CopyTo(padded);
        return Lookup(BinaryPrimitives.ReadUInt64LittleEndian(padded), BinaryPrimitives.ReadUInt64LittleEndian(padded[8..]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Lookup(ulong low, ulong high)
    {
        if ((low | high) == 0)
            return 0;
        UInt128 name = new(high, low);
        int bucket = BucketOf(name);
        return _buckets[bucket] != 0 ? _buckets[bucket] : Insert(name, bucket);
    }

    // The bucket of the name, or the free bucket where it belongs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int BucketOf(UInt128 name)
    {
        ulong low = (ulong)name, high = (ulong)(name >> 64);
        int mask = _buckets.Length - 1;
        int bucket = (int)((((low * 0x9E3779B97F4A7C15UL) ^ high) * 0xD6E8FEB86659FD93UL) >> 40) & mask;
        while (_buckets[bucket] != 0 && _names[_buckets[bucket]] != name)
            bucket = (bucket + 1) & mask;
        return bucket;
    }

    private int Insert(UInt128 name, int bucket)
    {
        int index = _count++;
        if (index == _names.Length)
            Array.Resize(ref _names, index * 2);
        _names[index] = name;
        _buckets[bucket] = index;
        if (_count * 2 > _buckets.Length)
        {
            _buckets = new int[_buckets.Length * 2];
            for (int known = 1; known < _count; known++)
                _buckets[BucketOf(_names[known])] = known;
        }

        return index;
    }
}

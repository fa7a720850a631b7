namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>
/// Reads the entries of one ring-buffer page (sub-buffer), and keeps the running time. This is the inner loop of the trace.dat reader. The
/// caller must have checked that the used bytes exist; each entry is checked against their end.
/// </summary>
/// <remarks>
/// kernel/trace/ring_buffer.c, include/linux/ring_buffer.h. An entry's first word holds type_len (5 bits) and time_delta (27 bits):
/// <code>
///  type_len  what                 bytes after the word               time
///  1..28     event                type_len * 4                       += delta
///  0         long event           u32 n, then n - 4, padded to 4     += delta
///  29        padding, delta 0     the rest of the page is unused
///  29        discarded event      u32 n, then n - 4                  += delta
///  30        time extend          u32 high                           += high &lt;&lt; 27 | delta
///  31        absolute time        u32 high                           = high &lt;&lt; 27 | delta, under the running time's top 5 bits
/// </code>
/// </remarks>
internal static unsafe class RingBufferPage
{
    private const uint LongEvent = 0;
    private const uint EventMax = 28;
    private const uint Padding = 29;
    private const uint TimeExtend = 30;
    private const int WordBytes = 4;
    private const int DeltaBits = 27;

    // An absolute time has 59 bits.
    private const ulong TopBits = 0xF8UL << 56;
    private const ulong TopStep = 1UL << 59;

    /// <summary>Passes the records of a page to <paramref name="sink"/>, in order.</summary>
    /// <param name="data">The first entry.</param>
    /// <param name="usedBytes">Number of bytes of entries. All must be readable.</param>
    /// <param name="time">The page's base time. On return, the running time after the last entry.</param>
    /// <param name="sink">Receives the records.</param>
    /// <returns>False if an entry does not fit. The records before it have been passed on.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Walk<TOrder, TSink>(byte* data, int usedBytes, ref ulong time, ref TSink sink)
        where TOrder : struct, IHeaderOrder
        where TSink : struct, IRecordSink
    {
        byte* at = data;
        byte* end = data + usedBytes;
        ulong running = time;
        bool isWhole = true;
        while (end - at >= WordBytes)
        {
            uint header = TOrder.Read(at);
            uint type = TOrder.Type(header);
            uint delta = TOrder.Delta(header);
            byte* payload = at + WordBytes;
            if (type - 1 < EventMax)
            {
                int bytes = (int)type * WordBytes;
                if (isWhole = end - payload >= bytes)
                {
                    running += delta;
                    at = payload + bytes;
                    if (sink.Record(payload, bytes, running))
                        continue;
                }

                break;
            }

            if (type == Padding && delta == 0)
                break;
            if (!(isWhole = end - payload >= WordBytes))
                break;
            uint word = TOrder.Read(payload);
            if (type is LongEvent or Padding)
            {
                long bytes = RoundUp(word);
                if (!(isWhole = word >= WordBytes && end - payload >= bytes))
                    break;
                running += delta;
                at = payload + bytes;
                if (type == LongEvent && !sink.Record(payload + WordBytes, (int)bytes - WordBytes, running))
                    break;
                continue;
            }

            at = payload + WordBytes;
            ulong wide = ((ulong)word << DeltaBits) + delta;
            running = type == TimeExtend ? running + wide : Absolute(wide, running);
        }

        time = running;
        return isWhole;
    }

    private static long RoundUp(uint bytes) => (bytes + (long)WordBytes - 1) & ~(WordBytes - 1);

    // Same as rb_fix_abs_ts: the 59 bits can have overflowed only if the clock already uses the top bits.
    private static ulong Absolute(ulong stamp, ulong running)
    {
        ulong top = running & TopBits;
        if (top == 0)
            return stamp;
        ulong full = (stamp & ~TopBits) | top;
        return full < running ? full + TopStep : full;
    }
}

/// <summary>The header of a ring-buffer page.</summary>
/// <remarks>
/// kernel/trace/ring_buffer.c: the low bits of the commit word are the number of used bytes (27 bits here, more than any sub-buffer has).
/// Bit 31, RB_MISSED_EVENTS: events were lost before this page. Bit 30, RB_MISSED_STORED: their number follows the used bytes as a long.
/// </remarks>
/// <param name="BaseTime">The time to which the first entry's delta is added.</param>
/// <param name="UsedBytes">Number of bytes of entries. Not yet checked against the page's size.</param>
/// <param name="Missed">Events lost before this page: 0 for none, -1 for an unknown number.</param>
internal readonly record struct PageHeader(ulong BaseTime, int UsedBytes, long Missed)
{
    private const uint UsedMask = (1u << 27) - 1;
    private const uint MissedEvents = 1u << 31;
    private const uint MissedStored = 1u << 30;

    /// <summary>Reads the header. The page must have at least <see cref="SubBufferLayout.DataOffset"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageHeader Read(ReadOnlySpan<byte> page, SubBufferLayout layout, bool swap)
    {
        ulong baseTime = ByteCursor.Number(page[layout.TimestampOffset..], sizeof(ulong), swap);
        uint commit = (uint)ByteCursor.Number(page[layout.CommitOffset..], layout.CommitBytes, swap);
        int usedBytes = (int)(commit & UsedMask);
        return new PageHeader(baseTime, usedBytes, (commit & MissedEvents) == 0 ? 0 : MissedOf(page, layout, commit, usedBytes, swap));
    }

    private static long MissedOf(ReadOnlySpan<byte> page, SubBufferLayout layout, uint commit, int usedBytes, bool swap)
    {
        long at = (long)layout.DataOffset + usedBytes;
        if ((commit & MissedStored) == 0 || at + layout.CommitBytes > page.Length)
            return -1;
        long count = (long)ByteCursor.Number(page[(int)at..], layout.CommitBytes, swap);
        return count > 0 ? count : -1;
    }
}

/// <summary>The order of the bits in an entry's first word. It is a type argument, so the loop over a page is compiled for each
/// order.</summary>
internal unsafe interface IHeaderOrder
{
    /// <summary>The 32-bit word at a place with four readable bytes.</summary>
    static abstract uint Read(byte* at);

    /// <summary>type_len, 0..31.</summary>
    static abstract uint Type(uint header);

    /// <summary>time_delta, 27 bits.</summary>
    static abstract uint Delta(uint header);
}

/// <summary>Little-endian kernels: type_len is the low 5 bits.</summary>
internal readonly unsafe struct LittleEndianHeaders : IHeaderOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* at)
    {
        uint word = Unsafe.ReadUnaligned<uint>(at);
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    public static uint Type(uint header) => header & 31;
    public static uint Delta(uint header) => header >> 5;
}

/// <summary>Big-endian kernels: type_len is the high 5 bits.</summary>
internal readonly unsafe struct BigEndianHeaders : IHeaderOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* at)
    {
        uint word = Unsafe.ReadUnaligned<uint>(at);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
    }

    public static uint Type(uint header) => header >> 27;
    public static uint Delta(uint header) => header & 0x07FF_FFFF;
}

/// <summary>Receives the records of a ring-buffer page. Implemented by structs, so that the loop over the page inlines it.</summary>
internal unsafe interface IRecordSink
{
    /// <summary>Takes one record, from common_type on. Returns false to stop.</summary>
    /// <param name="record">Its first byte.</param>
    /// <param name="bytes">Its length: a multiple of 4, inside the page.</param>
    /// <param name="time">Its time in units of the trace clock.</param>
    bool Record(byte* record, int bytes, ulong time);
}

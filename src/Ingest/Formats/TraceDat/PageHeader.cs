using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>What the head of a ring-buffer page says.</summary>
/// <remarks>
/// kernel/trace/ring_buffer.c: the commit word's low bits count the bytes used (27 bits here, more than any sub-buffer has);
/// bit 31, RB_MISSED_EVENTS, says that events were lost before this page; bit 30, RB_MISSED_STORED, that their number follows the used
/// bytes as a long.
/// </remarks>
/// <param name="BaseTime">Time that the first entry's delta counts from.</param>
/// <param name="UsedBytes">Bytes of entries; not yet checked against the page.</param>
/// <param name="Missed">Events lost before this page: 0 for none, -1 where their number is not told.</param>
public readonly record struct PageHeader(ulong BaseTime, int UsedBytes, long Missed)
{
    private const uint UsedMask = (1u << 27) - 1;
    private const uint MissedEvents = 1u << 31;
    private const uint MissedStored = 1u << 30;

    /// <summary>Reads the head; the page holds at least <see cref="SubBufferLayout.DataOffset"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageHeader Read(ReadOnlySpan<byte> page, SubBufferLayout layout, bool swap)
    {
        ulong baseTime = ReadLong(page[layout.TimestampOffset..], sizeof(ulong), swap);
        uint commit = (uint)ReadLong(page[layout.CommitOffset..], layout.CommitBytes, swap);
        int usedBytes = (int)(commit & UsedMask);
        return new PageHeader(baseTime, usedBytes, (commit & MissedEvents) == 0 ? 0 : MissedOf(page, layout, commit, usedBytes, swap));
    }

    private static long MissedOf(ReadOnlySpan<byte> page, SubBufferLayout layout, uint commit, int usedBytes, bool swap)
    {
        long at = (long)layout.DataOffset + usedBytes;
        if ((commit & MissedStored) == 0 || at + layout.CommitBytes > page.Length)
            return -1;
        long count = (long)ReadLong(page[(int)at..], layout.CommitBytes, swap);
        return count > 0 ? count : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadLong(ReadOnlySpan<byte> bytes, int size, bool swap)
    {
        if (size == sizeof(uint))
        {
            uint four = BitConverter.ToUInt32(bytes);
            return swap ? BinaryPrimitives.ReverseEndianness(four) : four;
        }

        ulong eight = BitConverter.ToUInt64(bytes);
        return swap ? BinaryPrimitives.ReverseEndianness(eight) : eight;
    }
}

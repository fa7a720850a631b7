using System.Runtime.CompilerServices;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>
/// Walks the events of one ring-buffer page (sub-buffer), keeping the running time. This is the inner loop of the trace.dat reader:
/// the caller has checked that the used bytes are there, and every entry is checked against their end.
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
public static unsafe class RingBufferPage
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

    /// <summary>Gives the records of a page to <paramref name="sink"/>, in order.</summary>
    /// <param name="data">The first entry.</param>
    /// <param name="usedBytes">Bytes of entries, all of them readable.</param>
    /// <param name="time">The page's base time; on return the running time after the last entry walked.</param>
    /// <param name="sink">Takes the records.</param>
    /// <returns>False if an entry does not fit; what came before it has been given out.</returns>
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

    // As rb_fix_abs_ts: only a clock that has used its top bits can have stepped over the 59 bits.
    private static ulong Absolute(ulong stamp, ulong running)
    {
        ulong top = running & TopBits;
        if (top == 0)
            return stamp;
        ulong full = (stamp & ~TopBits) | top;
        return full < running ? full + TopStep : full;
    }
}

using System.Buffers.Binary;
using ForkTrace.Ingest.Formats.TraceDat;

namespace ForkTrace.Benchmarks;

/// <summary>Rewrites the ring-buffer pages of one CPU, with switches between living tasks after every event.</summary>
internal static unsafe class DilutedPages
{
    private const int PageBytes = 4096;
    private const int HeadBytes = 16;
    private const long DeltaMax = (1 << 27) - 1;

    /// <summary>Little-endian pages in the usual layout of version 6. After each event come <paramref name="switches"/> switches, spread
    /// over the time to the next event.</summary>
    public static byte[] Of(ReadOnlySpan<byte> pages, LivingSwitch living, int switches)
    {
        List<(ulong Time, byte[] Record)> events = Read(pages);
        byte[] idle = [.. events.First(one => living.Is(one.Record)).Record];
        using MemoryStream output = new();
        byte[] page = new byte[PageBytes];
        int used = 0;
        ulong last = 0;
        int turn = 0;
        for (int index = 0; index < events.Count; index++)
        {
            (ulong time, byte[] record) = events[index];
            ulong step = index + 1 < events.Count ? (events[index + 1].Time - time) / (ulong)(switches + 1) : 100;
            Add(record, time);
            for (int one = 1; one <= switches; one++)
            {
                living.Make(idle, turn++);
                Add(idle, time + (step * (ulong)one));
            }
        }

        Flush();
        return output.ToArray();

        void Add(byte[] record, ulong time)
        {
            const int ExtendBytes = 8;
            if (used + ExtendBytes + 4 + record.Length > PageBytes - HeadBytes)
                Flush();
            if (used == 0)
                BinaryPrimitives.WriteUInt64LittleEndian(page, last = time);
            ulong delta = time - last;
            Span<byte> at = page.AsSpan(HeadBytes + used);
            if (delta > DeltaMax)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(at, 30 | ((uint)(delta & DeltaMax) << 5));
                BinaryPrimitives.WriteUInt32LittleEndian(at[4..], (uint)(delta >> 27));
                at = at[ExtendBytes..];
                used += ExtendBytes;
                delta = 0;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)(record.Length / 4) | ((uint)delta << 5));
            record.CopyTo(at[4..]);
            used += 4 + record.Length;
            last = time;
        }

        void Flush()
        {
            if (used == 0)
                return;
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(8), used);
            output.Write(page);
            Array.Clear(page);
            used = 0;
        }
    }

    private static List<(ulong Time, byte[] Record)> Read(ReadOnlySpan<byte> pages)
    {
        Collector collector = new([]);
        for (int start = 0; start < pages.Length; start += PageBytes)
        {
            ulong time = BinaryPrimitives.ReadUInt64LittleEndian(pages[start..]);
            int used = BinaryPrimitives.ReadInt32LittleEndian(pages[(start + 8)..]) & ((1 << 27) - 1);
            fixed (byte* data = pages[(start + HeadBytes)..])
                _ = RingBufferPage.Walk<LittleEndianHeaders, Collector>(data, Math.Min(used, PageBytes - HeadBytes), ref time, ref collector);
        }

        return collector.Events;
    }

    private readonly struct Collector(List<(ulong Time, byte[] Record)> events) : IRecordSink
    {
        public List<(ulong Time, byte[] Record)> Events => events;

        public bool Record(byte* record, int bytes, ulong time)
        {
            events.Add((time, new ReadOnlySpan<byte>(record, bytes).ToArray()));
            return true;
        }
    }
}

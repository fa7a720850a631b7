using System.Buffers.Binary;

namespace ForkTrace.TestKit.Encoders;

/// <summary>Writes the entries of one ring-buffer page, in the layout of kernel/trace/ring_buffer.c.</summary>
public sealed class PageWriter(bool bigEndian = false, int commitBytes = 8, int pageBytes = 4096)
{
    private const uint MissedEvents = 1u << 31;
    private const uint MissedStored = 1u << 30;
    private readonly List<byte> _entries = [];

    public int UsedBytes => _entries.Count;

    private int DataOffset => 8 + commitBytes;

    /// <summary>An event of at most 112 bytes.</summary>
    public PageWriter Event(uint delta, byte[] payload)
    {
        byte[] padded = Padded(payload);
        Header((uint)padded.Length / 4, delta);
        _entries.AddRange(padded);
        return this;
    }

    /// <summary>An event with its length in a separate word.</summary>
    public PageWriter LongEvent(uint delta, byte[] payload)
    {
        Header(0, delta);
        Word((uint)payload.Length + 4);
        _entries.AddRange(Padded(payload));
        return this;
    }

    /// <summary>An event that was discarded: padding that keeps its time.</summary>
    public PageWriter Discarded(uint delta, int bytes)
    {
        Header(29, delta);
        Word((uint)bytes + 4);
        _entries.AddRange(new byte[bytes]);
        return this;
    }

    public PageWriter TimeExtend(ulong delta) => WideTime(30, delta);

    public PageWriter AbsoluteTime(ulong time) => WideTime(31, time & ((1UL << 59) - 1));

    /// <summary>Padding without a length: the rest of the page has no meaning.</summary>
    public PageWriter EndPadding()
    {
        Header(29, 0);
        return this;
    }

    public PageWriter Word(uint word)
    {
        byte[] bytes = new byte[4];
        if (bigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        _entries.AddRange(bytes);
        return this;
    }

    /// <summary>The page. <paramref name="missed"/>: number of events lost before it; -1 if unknown.</summary>
    public byte[] Build(ulong baseTime, long missed = 0, uint? commit = null)
    {
        byte[] page = new byte[pageBytes];
        _entries.CopyTo(page, DataOffset);
        uint word = commit ?? (uint)_entries.Count;
        if (missed != 0)
            word |= missed > 0 ? MissedEvents | MissedStored : MissedEvents;
        Long(page, baseTime, 8);
        Long(page.AsSpan(8), word, commitBytes);
        if (missed > 0)
            Long(page.AsSpan(DataOffset + _entries.Count), (ulong)missed, commitBytes);
        return page;
    }

    private PageWriter WideTime(uint type, ulong time)
    {
        Header(type, (uint)(time & 0x07FF_FFFF));
        return Word((uint)(time >> 27));
    }

    private void Header(uint type, uint delta) => Word(bigEndian ? (type << 27) | delta : type | (delta << 5));

    private void Long(Span<byte> at, ulong value, int bytes)
    {
        for (int index = 0; index < bytes; index++)
            at[bigEndian ? bytes - 1 - index : index] = (byte)(value >> (8 * index));
    }

    private static byte[] Padded(byte[] payload)
    {
        byte[] padded = new byte[(payload.Length + 3) & ~3];
        payload.CopyTo(padded, 0);
        return padded;
    }
}

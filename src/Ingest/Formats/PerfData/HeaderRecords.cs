namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>Records that carry in a pipe what a file has in its header: attributes, features, names.</summary>
internal readonly ref struct HeaderRecords(PerfRecording recording)
{
    private const int HeaderBytes = 8;
    private const ulong UpdateOfName = 2;

    public void Read(uint type, ReadOnlySpan<byte> record, long offset)
    {
        ByteCursor cursor = new(record[HeaderBytes..], offset + HeaderBytes, recording.Swap);
        if (type == RecordType.HeaderAttribute)
            ReadAttribute(ref cursor, record);
        else if (type == RecordType.HeaderFeature)
            ReadFeature(ref cursor);
        else
            ReadUpdate(ref cursor);
    }

    // FEATURE { u64 bit, section }
    private void ReadFeature(ref ByteCursor cursor)
    {
        ulong bit = cursor.ReadUInt64("the number of a feature");
        recording.Features.Read((int)Math.Min(bit, int.MaxValue), cursor, recording.Attributes);
    }

    // HEADER_ATTR { attribute, ids }
    private void ReadAttribute(ref ByteCursor cursor, ReadOnlySpan<byte> record)
    {
        long offset = cursor.Offset;
        int size = PerfAttribute.SizeOf(record[HeaderBytes..], offset, recording.Swap);
        PerfAttribute attribute = new(cursor.ReadBytes((ulong)size, "an event attribute"), recording.Swap);
        recording.Attributes.Add(attribute, offset);
        while (cursor.Remaining >= 8)
            recording.Attributes.AddId(cursor.ReadUInt64("an id"), recording.Attributes.All.Count - 1);
    }

    // EVENT_UPDATE { u64 what, u64 id, text }
    private void ReadUpdate(ref ByteCursor cursor)
    {
        if (cursor.ReadUInt64("the kind of an event update") != UpdateOfName || cursor.Remaining < 8)
            return;
        PerfAttribute? attribute = recording.Attributes.Of(cursor.ReadUInt64("the id of an event update"));
        ReadOnlySpan<byte> text = cursor.ReadBytes((ulong)cursor.Remaining, "the name of an event");
        int nul = text.IndexOf((byte)0);
        if (attribute is not null && nul > 0)
            attribute.Name = Encoding.UTF8.GetString(text[..nul]);
    }
}

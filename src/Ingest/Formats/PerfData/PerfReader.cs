namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>Reads a whole recording: first the sections that describe it (a pipe has none), then the records.</summary>
internal sealed class PerfReader<TOrder>(TraceInput input, IngestOptions options, PerfRecording recording)
    where TOrder : struct, IByteOrder
{
    public void Read(PerfHeader header)
    {
        long start = 16, end = input.Length;
        if (!header.IsPipe)
        {
            ReadAttributes(header);
            if (header.IsFinished)
            {
                input.RequireInside(header.Data.Offset, header.Data.Size, "the records of perf.data");
                ReadFeatures(header);
                end = (long)(header.Data.Offset + header.Data.Size);
            }

            start = (long)Math.Min(header.Data.Offset, (ulong)input.Length);
        }

        recording.Counts.IsUnfinished = !header.IsFinished;

        // The files of a folder are read in sequence, and each has its own rounds.
        recording.Rounds = input.Parts.IsEmpty ? options.Rounds : null;
        ReadRecords(input, start, end, mayBeCut: header.IsPipe || !header.IsFinished, header.IsFinished);

        // The folder's other files have only records: no header, and a separate zstd stream.
        foreach (TraceInput part in input.Parts)
            ReadRecords(part, 0, part.Length, mayBeCut: !header.IsFinished, header.IsFinished);
    }

    private void ReadAttributes(PerfHeader header)
    {
        ReadOnlySpan<byte> section = header.Attributes.Slice(input, "the attributes of perf.data");
        const int EntryBytesMin = PerfAttribute.BytesMin + PerfSection.Bytes;
        if (header.AttributeBytes is < EntryBytesMin or > ushort.MaxValue || (ulong)section.Length % header.AttributeBytes != 0)
        {
            Reject.Invalid(
                "the attribute size of perf.data", 16, $"{header.AttributeBytes}",
                $"from {EntryBytesMin} to {ushort.MaxValue}, a divisor of the section's {section.Length} bytes");
        }

        int entryBytes = (int)header.AttributeBytes;
        long idsLeft = input.Length / 8;
        for (int at = 0; at < section.Length; at += entryBytes)
        {
            long offset = (long)header.Attributes.Offset + at;
            ReadOnlySpan<byte> entry = section.Slice(at, entryBytes);
            int size = PerfAttribute.SizeOf(entry[..^PerfSection.Bytes], offset, recording.Swap);
            recording.Attributes.Add(new PerfAttribute(entry[..size], recording.Swap), offset);
            ByteCursor place = new(entry[^PerfSection.Bytes..], offset + entryBytes - PerfSection.Bytes, recording.Swap);
            ReadIds(PerfSection.Read(ref place, "the place of an event's ids"), ref idsLeft);
        }
    }

    private void ReadIds(PerfSection section, ref long idsLeft)
    {
        ByteCursor ids = new(section.Slice(input, "the ids of an event"), (long)section.Offset, recording.Swap);
        // Sections of ids may overlap in a hostile file. In a valid file, together they are not longer than the file.
        idsLeft -= ids.Remaining / 8;
        if (idsLeft < 0)
            Reject.Invalid("the ids of an event", (long)section.Offset, "more ids than the file has room for", "ids of only one event");
        while (ids.Remaining >= 8)
            recording.Attributes.AddId(ids.ReadUInt64("an id"), recording.Attributes.All.Count - 1);
    }

    // A table of {offset, size} follows the records, one entry for each bit of the bitmap.
    private void ReadFeatures(PerfHeader header)
    {
        PerfSection table = new(header.Data.Offset + header.Data.Size, (ulong)(PerfSection.Bytes * header.Features.Length));
        ByteCursor cursor = new(table.Slice(input, "the table of features"), (long)table.Offset, recording.Swap);
        ulong end = table.Offset + table.Size;
        foreach (int bit in header.Features)
        {
            PerfSection section = PerfSection.Read(ref cursor, "the place of a feature");
            end = Math.Max(end, section.Offset + section.Size);
            ReadOnlySpan<byte> bytes = section.Slice(input, $"feature {bit}");
            if (bit == FeatureBit.TracingData)
                recording.ReadTracingData(bytes, (long)section.Offset);
            else
                recording.Features.Read(bit, new ByteCursor(bytes, (long)section.Offset, recording.Swap), recording.Attributes);
        }

        // If files were joined with cat, perf too reads only the first.
        recording.Counts.IsFirstOfSeveral =
            PerfHeader.IsMagic(input.SliceUpTo((long)Math.Min(end, long.MaxValue), PerfHeader.MagicLittleEndian.Length));
    }

    private void ReadRecords(TraceInput source, long start, long end, bool mayBeCut, bool isFinished)
    {
        using RecordLoop<TOrder> loop = new(recording, isFinished);
        using ReadAhead ahead = new(source);
        long offset = start;
        int lengthMin = 1;
        while (offset < end)
        {
            ReadOnlySpan<byte> bytes = ahead.SliceUpTo(offset, lengthMin, (int)Math.Min(InputWindow.Bytes, end - offset));
            int used = loop.Decode(bytes, offset);
            offset += used;
            bool hadPayload = loop.Payload.Bytes > 0;
            if (hadPayload && !TryPassPayload(source, loop, ref offset, end, mayBeCut))
                break;
            recording.Counts.IsFirstOfSeveral |= loop.IsAtNextRecording;
            if (loop.IsAtNextRecording)
                return;
            if (used == 0 && !hadPayload && bytes.Length < lengthMin)
                break;
            // The rest of the record may not have arrived yet.
            lengthMin = used == 0 && !hadPayload ? bytes.Length + 1 : 1;
            options.Progress?.Invoke((double)(offset - start) / (end - start));
        }

        end = Math.Min(end, source.Length);
        long rest = Math.Max(0, end - offset) + loop.UnpackedRest;
        if (rest > 0 && !mayBeCut)
            Reject.Invalid("the last record of perf.data", offset, $"cut off after {rest} bytes", "whole");
        recording.Counts.CutBytes += rest;
    }

    // False if the input ends within the payload.
    private bool TryPassPayload(TraceInput source, RecordLoop<TOrder> loop, ref long offset, long end, bool mayBeCut)
    {
        (uint type, ulong bytes) = loop.Payload;
        loop.Payload = default;
        ulong padded = bytes + ((8 - (bytes % 8)) % 8);
        bool isThere = bytes <= (ulong)(end - offset);
        if (isThere && source.IsPipe)
        {
            isThere = type == RecordType.TracingData
                ? (ulong)source.BytesAt(offset, (int)Math.Min(bytes, int.MaxValue)) == bytes
                : source.BytesAt(offset + (long)bytes - 1, 1) == 1;
        }

        if (!isThere)
        {
            if (!mayBeCut)
                Reject.Truncated($"the payload of a record of type {type}", offset, (long)Math.Min(bytes, long.MaxValue), end - offset);
            return false;
        }

        if (type == RecordType.TracingData)
            recording.ReadTracingData(source.Slice(offset, (long)bytes, "the tracing data"), offset);
        offset = (long)Math.Min((ulong)offset + (type == RecordType.TracingData ? padded : bytes), (ulong)end);
        return true;
    }
}

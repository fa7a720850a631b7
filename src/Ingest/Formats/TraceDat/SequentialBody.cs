namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Reads the body of version 6: a sequence of parts.</summary>
/// <remarks>
/// <code>
/// tracing data, up to the saved cmdlines (<see cref="TracingData"/>)
/// u32 CPUs
/// "options  " NUL  { u16 id  u32 size  data }  u16 0                 optional
/// "flyrecord" NUL  CPUs x { u64 offset  u64 size }                   or "latency  " NUL and text
/// u64 length  text of trace_clock                                    if there was a clock option
/// </code>
/// Option BUFFER (u64 offset, name NUL) points to the "flyrecord" table of an instance.
/// </remarks>
internal static class SequentialBody
{
    private const int TagBytes = 10;
    private const int NameBytesMax = 4096;
    private const int ClockTextBytesMax = 4096;

    /// <summary>Reads the rest after the preamble.</summary>
    public static void Read(TraceInput input, TraceDatHead head, ref ByteCursor cursor)
    {
        head.Tracing.ReadParts(ref cursor, hasSavedCmdlines: true);
        int cpus = (int)cursor.ReadUInt32("the number of CPUs", TraceDatOptions.CpusMax);
        List<(long Offset, string Name)> instances = [];
        TraceDatBuffer? top = ReadBuffer(input, head, ref cursor, "", cpus, instances);
        if (top is not null)
            head.Add(top, cursor.Offset);
        if (top is not null && head.Options is { HasClock: true, Clock.Length: 0 })
            ReadClock(head.Options, ref cursor);
        foreach ((long offset, string name) in instances)
        {
            ByteCursor part = new(input, offset, head.Swap);
            if (ReadBuffer(input, head, ref part, name, Math.Max(cpus, head.Options.Cpus), []) is { } instance)
                head.Add(instance, offset);
        }
    }

    // Reads a buffer from its tag on. Returns null for a buffer of text.
    private static TraceDatBuffer? ReadBuffer(
        TraceInput input, TraceDatHead head, ref ByteCursor cursor, string name, int cpus, List<(long Offset, string Name)> instances)
    {
        long offset = cursor.Offset;
        ReadOnlySpan<byte> tag = cursor.ReadBytes(TagBytes, "the tag of a buffer");
        if (tag.StartsWith("options"u8))
        {
            ReadOptions(head.Options, ref cursor, instances);
            cpus = Math.Max(cpus, head.Options.Cpus);
            offset = cursor.Offset;
            tag = cursor.ReadBytes(TagBytes, "the tag of a buffer");
        }

        if (tag.StartsWith("latency"u8))
        {
            CpuSection rest = new(0, cursor.Offset, input.Length - cursor.Offset);
            head.Add(new TextBuffer(name, "", rest, IsCompressed: false), offset);
            return null;
        }

        if (!tag.StartsWith("flyrecord"u8))
            Reject.Invalid("the tag of a buffer", offset, $"'{Encoding.Latin1.GetString(tag)}'", "'options', 'flyrecord' or 'latency'");
        ImmutableArray<CpuSection> sections = CpuSections.ReadTable(input, ref cursor, (uint)cpus, isNumbered: false);
        return new TraceDatBuffer(name, "", 0, IsCompressed: false, sections);
    }

    // Each iteration reads at least the id, or ends the loop.
    private static void ReadOptions(TraceDatOptions options, ref ByteCursor cursor, List<(long Offset, string Name)> instances)
    {
        while ((TraceDatOptionId)cursor.ReadUInt16("the id of an option") is var id && id != TraceDatOptionId.Done)
        {
            ByteCursor data = cursor.ReadPart(cursor.ReadUInt32("the size of an option"), "an option");
            if (id == TraceDatOptionId.Buffer)
                instances.Add(((long)data.ReadUInt64("the offset of an instance"), data.ReadText(NameBytesMax, "the name of an instance")));
            else
                options.Read(id, ref data);
        }
    }

    // Some recorders wrote it incorrectly. If it cannot be read, the clock has no name.
    private static void ReadClock(TraceDatOptions options, ref ByteCursor cursor)
    {
        if (cursor.Remaining < sizeof(ulong))
            return;
        ulong length = cursor.ReadUInt64("the length of the trace clock");
        if (length <= ClockTextBytesMax && length <= (ulong)cursor.Remaining)
            options.ReadClock(Encoding.UTF8.GetString(cursor.ReadBytes(length, "the trace clock")));
    }
}

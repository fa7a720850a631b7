using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace ForkTrace.Events;

/// <summary>Reads an event file. It checks the file once while reading, so that later code cannot be led outside it.</summary>
/// <remarks>
/// Apache.Arrow throws many types of exceptions on damaged files, including plain <see cref="Exception"/>, and its text columns read memory
/// wherever offsets point. So texts are decoded here, and all its exceptions become an <see cref="EventFileException"/>.
/// </remarks>
internal sealed class EventFileReader(string path, EventFileMessages messages)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a part of the file. If that fails, throws with one line about what is wrong.</summary>
    public T Read<T>(Func<T> part)
    {
        try
        {
            return part();
        }
        catch (Exception fault) when (fault is not (EventFileException or OutOfMemoryException))
        {
            string what = fault.Message.ReplaceLineEndings("\n").Split('\n')[0].TrimEnd('.');
            throw new EventFileException($"{path} is not a whole event file: before byte {messages.Position}: {what}", fault);
        }
    }

    /// <summary>Begins to read the batches of events.</summary>
    public ArrowStreamReader Batches()
    {
        RequireMagic();
        ArrowStreamReader events = new(messages, messages.Bodies, leaveOpen: true);
        RequireVersion(events.Schema);
        RequireColumns(events.Schema, EventSchema.Numbers);
        return events;
    }

    /// <summary>Reads the names and facts after the batches.</summary>
    public (TraceFacts Facts, CommTable Comms) Names()
    {
        RequireMagic();
        using ArrowStreamReader names = new(messages, messages.Bodies, leaveOpen: true);
        TraceFacts facts = FactsOf(names.Schema);
        RequireColumns(names.Schema, EventSchema.Names);
        RecordBatch none = names.ReadNextRecordBatch() ?? throw new InvalidDataException("no names");
        if (names.ReadNextRecordBatch() is not null)
            throw new InvalidDataException("events after the names");
        RequireKinds(TextsOf(none, EventSchema.KindColumn));
        CommTable comms = new(TextsOf(none, EventSchema.CommColumn));
        RequireFooter();
        return (facts, comms);
    }

    private static void RequireColumns(Schema found, Schema expected)
    {
        if (EventSchema.Describe(found) != EventSchema.Describe(expected))
            throw new InvalidDataException($"it has the columns {EventSchema.Describe(found)}; an event file has {EventSchema.Describe(expected)}");
    }

    private static TraceFacts FactsOf(Schema schema) => schema.HasMetadata && schema.Metadata.TryGetValue(EventFile.FactsKey, out string? facts)
        ? TraceFactsJson.Deserialize(facts)
        : throw new InvalidDataException("no facts");

    private static ImmutableArray<string> TextsOf(RecordBatch batch, int column)
    {
        StringArray texts = (StringArray)((DictionaryArray)batch.Column(column)).Dictionary;
        if (texts.NullCount != 0)
            throw new InvalidDataException("a name is null");
        ReadOnlySpan<int> ends = MemoryMarshal.Cast<byte, int>(texts.ValueOffsetsBuffer.Span)[..(texts.Length + 1)];
        ReadOnlySpan<byte> bytes = texts.ValueBuffer.Span;
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>(texts.Length);
        for (int index = 0; index < texts.Length; index++)
            names.Add(s_strictUtf8.GetString(bytes[ends[index]..ends[index + 1]]));
        return names.MoveToImmutable();
    }

    // The numbers of kinds are used unchanged; the names show that they have the same meaning.
    private static void RequireKinds(ImmutableArray<string> names)
    {
        for (int number = 0; number < Math.Min(names.Length, EventSchema.KindNames.Length); number++)
        {
            string ours = EventSchema.KindNames[number];
            if (names[number] != ours && names[number] != EventSchema.ReservedName(number) && ours != EventSchema.ReservedName(number))
                throw new InvalidDataException($"kind {number} is named {names[number]}; in an event file it is {ours}");
        }
    }

    private void RequireMagic()
    {
        if (!messages.Skip(EventFile.Magic))
            throw new InvalidDataException("these are not the first bytes of an Arrow file");
    }

    private void RequireVersion(Schema schema)
    {
        string? version = schema.HasMetadata ? schema.Metadata.GetValueOrDefault(EventFile.VersionKey) : null;
        if (version is null)
            throw new EventFileException($"{path} is an Arrow file, but not one of events: it has no '{EventFile.VersionKey}'");
        if (version != EventFile.Version)
        {
            throw new EventFileException(
                $"{path} is an event file of version {version}, and this program reads version {EventFile.Version}: "
                + $"create it again with forktrace ingest TRACE -o {path}");
        }
    }

    // Other tools read the footer. Here it shows that the file is complete.
    private void RequireFooter()
    {
        long bytes = messages.Length - messages.Position - sizeof(int) - EventFile.FooterMagic.Length;
        messages.Position += Math.Max(0, bytes);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, (int)bytes);
        if (bytes is < 0 or > int.MaxValue || !messages.Skip(length) || !messages.Skip(EventFile.FooterMagic))
            throw new InvalidDataException("its footer is cut off");
    }

    /// <summary>Checks rows against the facts.</summary>
    /// <param name="events">The rows.</param>
    /// <param name="afterNs">Time of the row before them.</param>
    public void RequireSound(EventTable events, long afterNs = long.MinValue)
    {
        TraceFacts facts = events.Facts;
        Require(EventKinds.AreAllKnown(events.Kinds), "a kind");
        Require(events.Cpus.IndexOfAnyExceptInRange((ushort)0, (ushort)Math.Clamp(facts.Cpus - 1, 0, ushort.MaxValue)) < 0, "a CPU");
        Require(facts.Tasks >= 0 && events.Tasks.IndexOfAnyExceptInRange(-1, facts.Tasks - 1) < 0, "a task");
        Require(events.Others.IndexOfAnyExceptInRange(-1, facts.Tasks - 1) < 0, "a task");

        // In the range from 0 to -1, every number would count as contained.
        bool hasComms = events.CommNames.Count > 0 && events.Comms.IndexOfAnyExceptInRange(0, events.CommNames.Count - 1) < 0;
        Require(events.Count == 0 || hasComms, "a comm");
        RequireCgroups(events);
        ReadOnlySpan<long> times = events.TimesNs;
        Require(times.IsEmpty || times[0] >= afterNs, "a time");
        for (int row = 1; row < times.Length; row++)
            Require(times[row] >= times[row - 1], "a time");
    }

    private void RequireCgroups(EventTable events)
    {
        int from = 0;
        while (events.Kinds[from..].IndexOf(EventKind.Cgroup) is >= 0 and int at)
        {
            Require((ulong)events.Values[from + at] < (ulong)events.Facts.Cgroups.Length, "a cgroup");
            from += at + 1;
        }
    }

    private void Require(bool isSound, string what)
    {
        if (!isSound)
            throw new EventFileException($"{path} is damaged: {what} is outside the range that its facts allow");
    }
}

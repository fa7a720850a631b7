namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Finds events by the name on a line: <c>sched_switch</c>, or with its system as perf prints it, <c>sched:sched_switch</c>. Names that
/// are not known are added when first met, up to a limit, so that they can be counted by name.
/// </summary>
internal sealed class EventNames
{
    private const int UnknownNamesMax = 1000;
    private const int Buckets = 4096;
    private const byte Escape = 0x1B;

    private readonly TextEvent?[] _buckets = new TextEvent?[Buckets];
    private readonly TextEvent _others = new("(others)"u8.ToArray(), known: null);
    private int _unknownNames;

    public EventNames(ProbeMap? probes)
    {
        foreach (IGrouping<string, ProbeMapping> ofEvent in (probes?.Mappings ?? []).GroupBy(mapping => mapping.Event))
        {
            Add(new TextEvent(Encoding.ASCII.GetBytes(ofEvent.First().Name), ofEvent));
            Add(new TextEvent(Encoding.ASCII.GetBytes(ofEvent.Key), ofEvent));
        }

        foreach (KnownTracepoint known in KnownTracepoints.All)
        {
            // Where there is a map it alone says what the kernel did; the function tracer's lines can say nothing else.
            if (probes is not null && (ProbeMap.Replaces(known.Kind) || known.Kind == EventKind.None))
                continue;
            Add(new TextEvent(Encoding.ASCII.GetBytes(known.Name), known));
            Add(new TextEvent(Encoding.ASCII.GetBytes(known.FullName), known));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public TextEvent Find(ReadOnlySpan<byte> name)
    {
        uint bucket = Hash(name);
        for (; _buckets[bucket] is { } found; bucket = (bucket + 1) % Buckets)
        {
            if (name.SequenceEqual(found.Name))
                return found;
        }

        return AddUnknown(name);
    }

    /// <summary>True if a line named a tracepoint that reports forks.</summary>
    public bool HasForks => HasLines(EventKind.NewTask) || HasLines(EventKind.Fork);

    /// <summary>True if a line named a tracepoint that reports exits.</summary>
    public bool HasExits => HasLines(EventKind.Exit);

    /// <summary>Lines of events that play no part, by name as the text spells it.</summary>
    public ImmutableSortedDictionary<string, long> Skipped() => EventTallies.Summed(
        _buckets.OfType<TextEvent>().Append(_others)
            .Select(entry => new NamedCount(Encoding.UTF8.GetString(entry.Name), entry.IsKnown ? entry.Others : entry.Lines)));

    /// <summary>Lines whose event's name holds a terminal's colours, as of <c>grep --color=always</c>.</summary>
    public long ColouredLines => _buckets.OfType<TextEvent>().Where(entry => entry.Name.Contains(Escape)).Sum(entry => entry.Lines);

    private bool HasLines(EventKind kind) => Array.Exists(_buckets, entry => entry is { Lines: > 0 } && entry.Kind == kind);

    // Lengths and both ends tell kernel event names apart well; equality is checked anyway.
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong mixed = (uint)name.Length;
        foreach (byte letter in name.Length < sizeof(ulong) ? name : [])
            mixed = (mixed << 8) + letter;
        if (name.Length >= sizeof(ulong))
            mixed += (MemoryMarshal.Read<ulong>(name) * 0x9E3779B97F4A7C15UL) ^ MemoryMarshal.Read<ulong>(name[^sizeof(ulong)..]);

        return (uint)((mixed * 0xD6E8FEB86659FD93UL) >> 40) % Buckets;
    }

    private TextEvent AddUnknown(ReadOnlySpan<byte> name)
    {
        if (_unknownNames == UnknownNamesMax)
            return _others;
        _unknownNames++;
        TextEvent added = new(name.ToArray(), known: null);
        Add(added);
        return added;
    }

    private void Add(TextEvent added)
    {
        uint bucket = Hash(added.Name);
        while (_buckets[bucket] is not null)
            bucket = (bucket + 1) % Buckets;
        _buckets[bucket] = added;
    }
}

/// <summary>An event's name as lines spell it, what is known of the event, and how many lines named it.</summary>
internal sealed class TextEvent
{
    public TextEvent(byte[] name, KnownTracepoint? known)
    {
        Name = name;
        Kind = known?.Kind ?? EventKind.None;
        IsKnown = known is not null;
        IsFunction = known is { System: "ftrace", Name: "function" };
        IsProbe = known is { System: "gt" };
        ValueKey = known?.Value is { } value ? Encoding.ASCII.GetBytes($" {value}=") : [];
    }

    public TextEvent(byte[] name, IEnumerable<ProbeMapping> mappings)
    {
        Name = name;
        IsKnown = true;
        ValueKey = [];
        Mapped = [.. mappings.Select(mapping => new MappedProbe(mapping))];
    }

    public byte[] Name { get; }

    /// <summary>What the user's probe map says of the event; empty for events that are known without being told.</summary>
    public MappedProbe[] Mapped { get; } = [];

    /// <summary>The row's kind before its body is looked at.</summary>
    public EventKind Kind { get; }

    public bool IsKnown { get; }

    /// <summary>True for the function tracer's lines, whose kind depends on the function.</summary>
    public bool IsFunction { get; }

    /// <summary>True for the project's own probes, whose short names other events may have too.</summary>
    public bool IsProbe { get; }

    /// <summary>The value's key with a blank before and '=' after it; empty where the event has none.</summary>
    public byte[] ValueKey { get; }

    public long Lines { get; set; }

    /// <summary>Of an event that is about more than stacks: lines that are not about one.</summary>
    public long Others { get; set; }
}

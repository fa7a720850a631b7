namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Finds events by the name on a line: <c>sched_switch</c>, or with its system as perf prints it, <c>sched:sched_switch</c>. An unknown
/// name is added when it first appears, up to a limit, so that it can be counted.
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
            // A probe map replaces the known probes and function events.
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

    /// <summary>Number of lines of events that do not affect stacks, by the name in the text.</summary>
    public ImmutableSortedDictionary<string, long> Skipped() => EventTallies.Summed(
        _buckets.OfType<TextEvent>().Append(_others)
            .Select(entry => new NamedCount(Encoding.UTF8.GetString(entry.Name), entry.IsKnown ? entry.Others : entry.Lines)));

    /// <summary>Number of lines whose event name contains terminal colours, as from <c>grep --color=always</c>.</summary>
    public long ColouredLines => _buckets.OfType<TextEvent>().Where(entry => entry.Name.Contains(Escape)).Sum(entry => entry.Lines);

    private bool HasLines(EventKind kind) => Array.Exists(_buckets, entry => entry is { Lines: > 0 } && entry.Kind == kind);

    // Length and both ends distinguish kernel event names well. Equality is checked anyway.
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

/// <summary>An event's name as in the text, how to read the event, and how many lines have it.</summary>
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

    /// <summary>The user's mappings of the event; empty for events that are known without a map.</summary>
    public MappedProbe[] Mapped { get; } = [];

    /// <summary>The row's kind before its body is read.</summary>
    public EventKind Kind { get; }

    public bool IsKnown { get; }

    /// <summary>True for the function tracer's lines, whose kind depends on the function.</summary>
    public bool IsFunction { get; }

    /// <summary>True for this project's own probes. Other events may have the same short names.</summary>
    public bool IsProbe { get; }

    /// <summary>The value's key with a blank before and '=' after it; empty if the event has none.</summary>
    public byte[] ValueKey { get; }

    public long Lines { get; set; }

    /// <summary>For an event that is not only about stacks: number of lines that are not about a stack.</summary>
    public long Others { get; set; }
}

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>The attributes of a recording. Finds the attribute of a record.</summary>
internal sealed class AttributeTable
{
    /// <summary>Advice for a recording whose records do not have CPUs.</summary>
    public const string WithCpus = "record them with 'perf record -a' or 'perf record --sample-cpu'";

    private readonly List<PerfAttribute> _attributes = [];
    private readonly IdMap _ids = new();
    private readonly Dictionary<ulong, int> _cpus = [];

    public IReadOnlyList<PerfAttribute> All => _attributes;

    /// <summary>The layout of all samples; null if it must be looked up by id.</summary>
    public SampleLayout? Uniform { get; private set; }

    /// <summary>Offset of the id in every sample.</summary>
    public int IdAt { get; private set; } = -1;

    /// <summary>The layout of samples and trailers whose event is unknown.</summary>
    public PerfAttribute? First => _attributes.Count == 0 ? null : _attributes[0];

    /// <summary>Adds the attribute at <paramref name="offset"/>. Rejects it if its samples could not be distinguished from
    /// others.</summary>
    public void Add(PerfAttribute attribute, long offset)
    {
        RequireTimeAndCpu(attribute, offset);
        IsOfTasks |= attribute.IsOfOneCommand;
        bool isFirst = _attributes.Count == 0;
        _attributes.Add(attribute);
        if (isFirst)
            (Uniform, IdAt) = (attribute.Layout, attribute.Layout.IdAt);
        else if (Uniform is not null && !Uniform.IsLike(attribute.Layout))
            Uniform = null;
        if (Uniform is null && (IdAt < 0 || attribute.Layout.IdAt != IdAt))
            Reject.Unsupported("the samples of the events have different layouts, and no id in a common place to distinguish them", offset);
    }

    /// <summary>The event whose FORK and EXIT records are used. If several events have them, each reports all tasks.</summary>
    public PerfAttribute? OfTaskRecords => _attributes.Find(attribute => attribute.HasTaskRecords);

    /// <summary>Assigns an id to an attribute, given by its number.</summary>
    public void AddId(ulong id, int attribute) => _ids.Set(id, attribute);

    /// <summary>True if an event was opened for some tasks, not for all tasks on a CPU.</summary>
    public bool IsOfTasks { get; set; }

    /// <summary>Sets the CPU on which the event with that id was opened.</summary>
    public void AddCpu(ulong id, int cpu) => _cpus[id] = cpu;

    /// <summary>The CPUs on which tracepoints were opened, in order; empty if the recording does not say.</summary>
    public ImmutableArray<int> RecordedCpus
    {
        get
        {
            SortedSet<int> cpus = [];
            foreach ((ulong id, int cpu) in _cpus)
            {
                if (Of(id) is { IsTracepoint: true })
                    cpus.Add(cpu);
            }

            return [.. cpus];
        }
    }

    /// <summary>The CPU of an id, -1 if the recording does not say.</summary>
    public int CpuOf(ulong id) => _cpus.GetValueOrDefault(id, -1);

    /// <summary>The attribute of an id; null if no attribute has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PerfAttribute? Of(ulong id) => _ids.Find(id) is >= 0 and int index ? _attributes[index] : null;

    /// <summary>The id in the trailer of a record that does not name its event; null if there is none.</summary>
    public ulong? IdInTrailer<TOrder>(ReadOnlySpan<byte> record, int bodyEnd)
        where TOrder : struct, IByteOrder
    {
        SampleLayout? trailer = First is { HasSampleIdAll: true } first ? first.Layout : null;
        return trailer?.FromTrailer<TOrder>(SampleBits.Identifier, record, bodyEnd)
            ?? trailer?.FromTrailer<TOrder>(SampleBits.Id, record, bodyEnd);
    }

    private static void RequireTimeAndCpu(PerfAttribute attribute, long offset)
    {
        if (!attribute.Layout.HasRecord)
            return;
        if (attribute.Layout.TimeAt < 0)
            Reject.Unsupported("the tracepoints were recorded without times; record them with 'perf record -T'", offset);
        if (attribute.Layout.CpuAt < 0 && attribute.Layout.IdAt < 0)
            Reject.Unsupported($"the tracepoints were recorded without CPUs; {WithCpus}", offset);
    }
}

/// <summary>Maps the id that the kernel gave an event on one CPU to the number of its attribute. Used once per sample.</summary>
internal sealed class IdMap
{
    private ulong[] _ids = new ulong[64];
    private int[] _values = new int[64];
    private int _shift = 64 - 6;

    public int Count { get; private set; }

    /// <summary>Sets an id's number. A later number replaces an earlier one.</summary>
    public void Set(ulong id, int value)
    {
        if (Count * 2 >= _ids.Length)
            Grow();
        int slot = SlotOf(id);
        if (_values[slot] == 0)
            Count++;
        _ids[slot] = id;
        _values[slot] = value + 1;
    }

    /// <summary>The id's number; -1 if it was never set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ulong id) => _values[SlotOf(id)] - 1;

    // The id's slot, or the free slot where it belongs. There is always a free slot.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SlotOf(ulong id)
    {
        int mask = _ids.Length - 1;
        int slot = (int)((id * 0x9E3779B97F4A7C15UL) >> _shift);
        while (_values[slot] != 0 && _ids[slot] != id)
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        ulong[] ids = _ids;
        int[] values = _values;
        _ids = new ulong[ids.Length * 2];
        _values = new int[ids.Length * 2];
        _shift--;
        Count = 0;
        for (int slot = 0; slot < ids.Length; slot++)
        {
            if (values[slot] != 0)
                Set(ids[slot], values[slot] - 1);
        }
    }
}

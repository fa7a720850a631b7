using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>The attributes of a recording, and which of them a record belongs to.</summary>
internal sealed class AttributeTable
{
    /// <summary>What to tell a user whose recording does not say on which CPU things happened.</summary>
    public const string WithCpus = "record them with 'perf record -a' or 'perf record --sample-cpu'";

    private readonly List<PerfAttribute> _attributes = [];
    private readonly IdMap _ids = new();
    private readonly Dictionary<ulong, int> _cpus = [];

    public IReadOnlyList<PerfAttribute> All => _attributes;

    /// <summary>The layout that all samples have; null if it must be looked up by id.</summary>
    public SampleLayout? Uniform { get; private set; }

    /// <summary>Offset of the id in every sample.</summary>
    public int IdAt { get; private set; } = -1;

    /// <summary>The layout of samples and trailers whose event is not known.</summary>
    public PerfAttribute? First => _attributes.Count == 0 ? null : _attributes[0];

    /// <summary>Adds an attribute that stands at <paramref name="offset"/>; rejects one whose samples could not be told apart.</summary>
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
            Reject.Unsupported("the events' samples differ, and have no common place for the id that tells them apart", offset);
    }

    /// <summary>The event whose FORK and EXIT records count: where several have them, each tells of all tasks.</summary>
    public PerfAttribute? OfTaskRecords => _attributes.Find(attribute => attribute.HasTaskRecords);

    /// <summary>Says that an id belongs to the attribute of that number.</summary>
    public void AddId(ulong id, int attribute) => _ids.Set(id, attribute);

    /// <summary>True if an event was opened for single tasks and not for all that a CPU runs.</summary>
    public bool IsOfTasks { get; set; }

    /// <summary>Says on which CPU the event of an id was opened.</summary>
    public void AddCpu(ulong id, int cpu) => _cpus[id] = cpu;

    /// <summary>The CPUs that tracepoints were opened on, in order; empty if the recording does not say.</summary>
    public ImmutableArray<int> RecordedCpus
    {
        get
        {
            HashSet<int> cpus = [];
            foreach ((ulong id, int cpu) in _cpus)
            {
                if (Of(id) is { IsTracepoint: true })
                    cpus.Add(cpu);
            }

            return [.. cpus.Order()];
        }
    }

    /// <summary>The CPU of an id, -1 if the recording does not say.</summary>
    public int CpuOf(ulong id) => _cpus.GetValueOrDefault(id, -1);

    /// <summary>The attribute of an id, null if no attribute has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PerfAttribute? Of(ulong id) => _ids.Find(id) is >= 0 and int index ? _attributes[index] : null;

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

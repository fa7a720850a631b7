namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// How records of one event id become rows: a <see cref="KnownTracepoint"/> bound to the offsets of the trace's own format text.
/// </summary>
internal sealed class TracepointPlan
{
    private TracepointPlan(EventFormat format, KnownTracepoint? known, bool swap)
    {
        Format = format;
        IsIgnored = true;
        if (known is null)
            return;
        Kind = known.Kind;
        foreach (string name in known.Tid)
        {
            if (!Tid.Exists)
                Tid = FieldAccess.Of(format, name, swap);
        }

        Other = FieldAccess.Of(format, known.Other, swap);
        Value = FieldAccess.Of(format, known.Value, swap);
        Comm = TextAccess.Of(format, known.Comm, swap);
        if (known.Kind == EventKind.StackMap)
        {
            Size = FieldAccess.Of(format, "size", swap);
            Align = FieldAccess.Of(format, "align", swap);
        }
        else if (known.Kind == EventKind.TaskAlloc)
        {
            CacheName = TextAccess.Of(format, "name", swap);
            CallSite = FieldAccess.Of(format, "call_site", swap);
        }
        else if (known.Kind == EventKind.CpuDown)
            Target = FieldAccess.Of(format, "target", swap);
        else if (known.Kind == EventKind.Cgroup)
        {
            Hierarchy = FieldAccess.Of(format, "dst_root", swap);
            CgroupPath = format.Field("dst_path") is { IsDataLoc: true } or { IsRelLoc: true }
                ? TextAccess.Of(format, "dst_path", swap)
                : default;
        }
        else if (known.Kind == EventKind.Switch)
            DeathMask = DeathStates.FromPrintFormat(format.PrintFormat);
        ReadOnlySpan<int> ends =
        [
            Tid.End, Other.End, Value.End, Comm.End, Size.End, Align.End, CacheName.End, CallSite.End, Target.End, Hierarchy.End,
            CgroupPath.End,
        ];
        foreach (int end in ends)
            MinBytes = Math.Max(MinBytes, end);
        MissingField = !Tid.Exists ? known.Tid[0] : known.Kind == EventKind.Switch && !Value.Exists ? known.Value : null;
        IsFunction = known is { System: "ftrace", Name: "function" };
        if (MissingField is not null)
            Kind = EventKind.None;
        IsIgnored = Kind == EventKind.None && !IsFunction;
    }

    private TracepointPlan(EventFormat format, ImmutableArray<ProbeMapping> mappings, FunctionNames functions, bool swap)
    {
        Format = format;
        Probes = [.. mappings.Select(mapping => new BoundProbe(mapping, format, functions, swap))];
        Kind = Probes[0].Kind;
        MinBytes = Probes.Max(probe => probe.MinBytes);
    }

    public EventFormat Format { get; }

    /// <summary>The user's map for the event; empty for events that are known without a map.</summary>
    public ImmutableArray<BoundProbe> Probes { get; } = [];

    /// <summary>The row's kind; <see cref="EventKind.None"/> for events that are only counted by name.</summary>
    public EventKind Kind { get; }

    /// <summary>True for events that do not affect stacks; they are only counted by name.</summary>
    public bool IsIgnored { get; }

    /// <summary>True for ftrace's function event, whose kind depends on the function (<see cref="FunctionNames"/>).</summary>
    public bool IsFunction { get; }

    public FieldAccess Tid { get; }
    public FieldAccess Other { get; }
    public FieldAccess Value { get; }
    public TextAccess Comm { get; }

    /// <summary>alloc_vmap_area's size and align, which distinguish a thread stack from other areas.</summary>
    public FieldAccess Size { get; }

    /// <inheritdoc cref="Size"/>
    public FieldAccess Align { get; }

    /// <summary>kmem_cache_alloc's cache name, on kernels that record it.</summary>
    public TextAccess CacheName { get; }

    /// <summary>kmem_cache_alloc's call_site: where in the kernel it was called.</summary>
    public FieldAccess CallSite { get; }

    /// <summary>cpuhp_enter's target: the target state of the CPU.</summary>
    public FieldAccess Target { get; }

    /// <summary>cgroup_attach_task's dst_root: the number of the cgroup's hierarchy.</summary>
    public FieldAccess Hierarchy { get; }

    /// <summary>cgroup_attach_task's dst_path.</summary>
    public TextAccess CgroupPath { get; }

    /// <summary>prev_state bits of a dead task.</summary>
    public long DeathMask { get; }

    /// <summary>A record shorter than this is damaged.</summary>
    public int MinBytes { get; }

    /// <summary>Name of a necessary field that this kernel's event lacks; else null.</summary>
    public string? MissingField { get; }

    /// <summary>
    /// Binds an event's format to the known tracepoint, or to the user's map. <paramref name="swap"/> is true if the recorder's byte order
    /// differs from this machine's.
    /// </summary>
    public static TracepointPlan Bind(EventFormat format, bool swap, ProbeMap? probes, FunctionNames functions)
    {
        if (probes?.Of(format.System, format.Name) is { IsEmpty: false } mappings)
            return new TracepointPlan(format, mappings, functions, swap);
        KnownTracepoint? known = KnownTracepoints.All.FirstOrDefault(one =>
            one.Name == format.Name && one.System == format.System && !(probes is not null && ProbeMap.Replaces(one.Kind)));
        return new TracepointPlan(format, known, swap);
    }
}

/// <summary>Which bits of sched_switch's prev_state mean that the task is dead and will not run again.</summary>
internal static class DeathStates
{
    /// <summary>EXIT_DEAD 0x10 | EXIT_ZOMBIE 0x20: kernels since 4.14 (include/linux/sched.h, TASK_REPORT).</summary>
    public const long Since414 = 0x30;

    /// <summary>Up to 4.13, TASK_DEAD (0x40) too; later, that bit means a parked thread.</summary>
    public const long Before414 = Since414 | 0x40;

    /// <summary>TASK_DEAD of task_struct's own state, which has no exit states: kernels since 4.14 (include/linux/sched.h).</summary>
    public const long OwnSince414 = 0x80;

    /// <summary>The mask by a kernel's release (<c>uname -r</c>), for traces without print formats; unknown ones count as recent.</summary>
    public static long FromRelease(string release) => IsBefore414(release) ? Before414 : Since414;

    /// <summary>The same for a recorder that writes task_struct's own state, and not what the kernel's tracepoint makes of it.</summary>
    public static long OwnFromRelease(string release) => IsBefore414(release) ? Before414 : OwnSince414;

    /// <summary>
    /// Reads the mask from the event's own print format, whose flag table names the states: X and Z (exit states) and, up to 4.13, x
    /// (TASK_DEAD, 64). Falls back to <see cref="Since414"/> if there is no table.
    /// </summary>
    public static long FromPrintFormat(string printFormat)
    {
        long mask = 0;
        foreach (ReadOnlySpan<char> entry in new TextPieces(printFormat, '{'))
        {
            int comma = entry.IndexOf(',');
            int open = entry.IndexOf('"');
            if (comma < 0 || open < comma || open + 2 >= entry.Length || entry[open + 2] != '"' || !(entry[open + 1] is 'X' or 'Z' or 'x'))
                continue;
            ReadOnlySpan<char> number = entry[..comma].Trim();
            bool isHex = number.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            if (long.TryParse(
                isHex ? number[2..] : number,
                isHex ? NumberStyles.HexNumber : NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long bits))
            {
                mask |= bits;
            }
        }

        return mask == 0 ? Since414 : mask;
    }

    private static bool IsBefore414(string release) => KernelRelease.Parse(release) is { } kernel && !kernel.IsAtLeast(4, 14);
}

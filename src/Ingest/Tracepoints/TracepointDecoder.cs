namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// Converts raw tracepoint records to rows, using the format texts of the trace. Immutable once built. One decoder serves the streams of
/// all CPUs; each stream is written by one thread. This is the inner loop of every binary reader: no allocation, no exception.
/// </summary>
internal sealed class TracepointDecoder
{
    private readonly TracepointPlan?[] _plans = new TracepointPlan?[ushort.MaxValue + 1];
    private readonly EventRoute[] _routes = new EventRoute[ushort.MaxValue + 1];
    private readonly FunctionNames _functions;
    private readonly bool _keepAll;
    private readonly bool _swap;
    private readonly bool _hasProbeMap;
    private readonly int _typeOffset;

    /// <summary>Decodes the events that the trace describes. On request, also keeps rows that do not affect stacks.</summary>
    /// <exception cref="IngestException">The trace does not describe an event, a field or a function of the map.</exception>
    public TracepointDecoder(
        IReadOnlyCollection<EventFormat> formats, FunctionNames functions, bool swap, bool keepAll, ProbeMap? probes = null)
    {
        probes?.RequireIn(formats, functions);
        _hasProbeMap = probes is not null;
        _functions = functions;
        _swap = swap;
        _keepAll = keepAll;
        foreach (EventFormat format in formats)
        {
            TracepointPlan plan = TracepointPlan.Bind(format, swap, probes, functions);
            _plans[format.Id] = plan;
            _routes[format.Id] = new EventRoute(plan, keepAll);
            _typeOffset = format.Field("common_type")?.Offset ?? _typeOffset;
        }
    }

    /// <summary>The plan for an event id; null if the trace does not describe it.</summary>
    public TracepointPlan? Plan(int id) => (uint)id <= ushort.MaxValue ? _plans[id] : null;

    public IEnumerable<TracepointPlan> Plans => _plans.OfType<TracepointPlan>();

    /// <summary>Decodes one record (from common_type on, padding allowed). Appends it to <paramref name="stream"/>, or counts it
    /// there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Decode(ReadOnlySpan<byte> record, long timeNs, RawEventStream stream, EventTally tally)
    {
        if (record.Length < _typeOffset + 2)
        {
            tally.Damaged++;
            return;
        }

        ref byte bytes = ref MemoryMarshal.GetReference(record);
        ushort id = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref bytes, _typeOffset));
        if (_swap)
            id = BinaryPrimitives.ReverseEndianness(id);
        tally.CountId(id);
        ref readonly EventRoute route = ref _routes[id];
        if (record.Length < route.BytesMin)
            tally.Damaged++;
        else if (route.IsRead)
            Store(_plans[id]!, record, timeNs, stream, tally);
        else if (route.StateOffset != 0
            && (Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref bytes, route.StateOffset)) & route.DeathMask) != 0)
            Store(_plans[id]!, record, timeNs, stream, tally);
        else
            stream.Count(route.Kind);
    }

    /// <summary>The forking thread's tid, if the record is a fork; false for other events and damaged records.</summary>
    public bool TryForkingTid(ReadOnlySpan<byte> record, out int tid)
    {
        tid = 0;
        if (record.Length < _typeOffset + 2)
            return false;
        ushort id = MemoryMarshal.Read<ushort>(record[_typeOffset..]);
        TracepointPlan? plan = Plan(_swap ? BinaryPrimitives.ReverseEndianness(id) : id);
        if (plan is not { Kind: EventKind.NewTask or EventKind.Fork, Other.Exists: true } || record.Length < plan.MinBytes)
            return false;
        tid = (int)plan.Other.Read(ref MemoryMarshal.GetReference(record));
        return true;
    }

    private static void StoreProbe(
        TracepointPlan plan, ReadOnlySpan<byte> record, long timeNs, RawEventStream stream, EventTally tally)
    {
        foreach (BoundProbe probe in plan.Probes)
        {
            if (!probe.TryRead(ref MemoryMarshal.GetReference(record), out int tid, out long value))
                continue;
            stream.Add(probe.Kind, timeNs, tid, -1, 0, value);
            return;
        }

        stream.Count(EventKind.None);
        tally.CountOther(plan.Format.Id);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Store(TracepointPlan plan, ReadOnlySpan<byte> record, long timeNs, RawEventStream stream, EventTally tally)
    {
        if (!plan.Probes.IsEmpty)
        {
            StoreProbe(plan, record, timeNs, stream, tally);
            return;
        }

        ref byte bytes = ref MemoryMarshal.GetReference(record);
        long value = plan.Value.Exists ? plan.Value.Read(ref bytes) : 0;
        EventKind kind = plan.Kind;
        if (kind == EventKind.Switch)
        {
            kind = (value & plan.DeathMask) != 0 ? EventKind.DeathSwitch : kind;
            if (kind == EventKind.Switch && !_keepAll)
            {
                stream.Count(kind);
                return;
            }
        }

        if (!IsOfStackLife(plan, record, ref kind, ref value))
        {
            stream.Count(EventKind.None);
            tally.CountOther(plan.Format.Id);
            return;
        }

        if (kind == EventKind.TaskAlloc && (plan.CacheName.Exists || IsInFork(plan, ref bytes)))
            stream.NoteForkAllocation(value);
        if (kind == EventKind.Cgroup)
            value = stream.Cgroups.Intern(plan.CgroupPath.Read(record));
        int comm = plan.Comm.Exists ? stream.Comms.Intern(plan.Comm.Read(record)) : 0;
        int other = plan.Other.Exists ? (int)plan.Other.Read(ref bytes) : -1;
        stream.Add(kind, timeNs, (int)plan.Tid.Read(ref bytes), other, comm, value);
    }

    private bool IsInFork(TracepointPlan plan, ref byte record) =>
        plan.CallSite.Exists && _functions.IsInFork((ulong)plan.CallSite.Read(ref record));

    // Selects records that are about a stack, for events that are not only about stacks. May change the kind or the value.
    private bool IsOfStackLife(TracepointPlan plan, ReadOnlySpan<byte> record, ref EventKind kind, ref long value)
    {
        switch (kind)
        {
            case EventKind.TaskAlloc:
                return StackLifeFilter.IsTaskStruct(plan.CacheName.Exists ? plan.CacheName.Read(record) : [], value);
            case EventKind.StackMap:
                ref byte bytes = ref MemoryMarshal.GetReference(record);
                return plan.Size.Exists && plan.Align.Exists
                    && StackLifeFilter.IsStackArea(plan.Size.Read(ref bytes), plan.Align.Read(ref bytes));
            case EventKind.RcuSoftirqEntry or EventKind.RcuSoftirqExit:
                return StackLifeFilter.IsRcuSoftirq(value);
            case EventKind.CpuDown:
                return plan.Value.Exists && plan.Target.Exists
                    && StackLifeFilter.IsCpuDown(plan.Target.Read(ref MemoryMarshal.GetReference(record)));
            case EventKind.Cgroup:
                return plan.Hierarchy.Exists && plan.CgroupPath.Exists
                    && StackLifeFilter.IsUnified(plan.Hierarchy.Read(ref MemoryMarshal.GetReference(record)));
            case EventKind.ProbeVmalloc:
                return plan.Align.Exists
                    ? StackLifeFilter.IsStackArea(value, plan.Align.Read(ref MemoryMarshal.GetReference(record)))
                    : StackLifeFilter.IsStackSize(value);
            case EventKind.Exit:
                if (!plan.Value.Exists)
                    value = -1;
                return true;
            case EventKind.RcuInvokeCallback:
                if (!_hasProbeMap && _functions.KindAt((ulong)value) == EventKind.FunctionStackRcu)
                    kind = EventKind.StackRcuInvoke;
                return true;
            case EventKind.RcuCallback:
                if (!_hasProbeMap && _functions.KindAt((ulong)value) == EventKind.FunctionStackRcu)
                    kind = EventKind.StackRcuQueue;
                return true;
            case EventKind.None:
                kind = plan.IsFunction ? _functions.KindAt((ulong)value) : EventKind.None;
                return kind != EventKind.None && !(_hasProbeMap && ProbeMap.Replaces(kind));
            default:
                return true;
        }
    }
}

/// <summary>
/// How to treat records of one event id, in 16 bytes. Most records of a scheduler trace (switches between living tasks, wake-ups, events
/// that do not affect stacks) are only counted, and need no more than this.
/// </summary>
internal readonly struct EventRoute
{
    /// <summary>A record shorter than this is damaged.</summary>
    public readonly int BytesMin;

    /// <summary>Offset of a switch's prev_state (8 bytes in this machine's order); 0 if prev_state does not decide.</summary>
    public readonly ushort StateOffset;

    /// <summary>The kind to count; <see cref="EventKind.None"/> for events that do not affect stacks.</summary>
    public readonly EventKind Kind;

    /// <summary>True if the record must be decoded, because it may become a row.</summary>
    public readonly bool IsRead;

    /// <summary>Bits of prev_state that mark a switch away from a dead task.</summary>
    public readonly long DeathMask;

    public EventRoute(TracepointPlan plan, bool keepAll)
    {
        BytesMin = plan.IsIgnored ? 0 : plan.MinBytes;
        Kind = plan.Kind;
        bool isOfLife = keepAll || plan.Kind == EventKind.None || EventKinds.IsStoredByDefault(plan.Kind);
        bool isCounted = plan.IsIgnored || (!isOfLife && plan.Probes.IsEmpty);
        if (isCounted && plan.Kind == EventKind.Switch)
        {
            StateOffset = plan.Value.IsNativeLong ? plan.Value.Offset : (ushort)0;
            isCounted = StateOffset != 0;
            DeathMask = plan.DeathMask;
        }

        IsRead = !isCounted;
    }
}

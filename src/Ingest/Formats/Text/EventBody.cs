namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Fills rows from bodies, by the keys in the kernel's print formats (include/trace/events), and in the output of trace-cmd's plugins and
/// its raw form. The subject of the row is the running thread at first. Rows have the same meaning as those of <see
/// cref="TracepointDecoder"/>.
/// </summary>
internal static class EventBody
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static BodyOutcome Read(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row, RawEventStream stream, SwitchStates states)
    {
        CommInterner comms = stream.Comms;
        ReadOnlySpan<byte> padded = body;
        body = body.TrimStart((byte)' ');
        switch (named.Kind)
        {
            case EventKind.Switch:
                return SwitchBody.Read(padded, ref row, comms, states);
            case EventKind.NewTask:
                BodyOutcome outcome = TaskBody.NewTask(body, ref row, comms);
                states.NoteNewTask(row.Tid, row.Value);
                return outcome;
            case EventKind.Fork:
                return TaskBody.Fork(body, ref row, comms);
            case EventKind.Exit or EventKind.Free or EventKind.Wait:
                return TaskBody.CommAndPid(body, ref row, comms);
            case EventKind.Exec:
                return TaskBody.Exec(body, ref row);
            case EventKind.Rename:
                return TaskBody.Rename(body, ref row, comms);
            case EventKind.WakeupNew or EventKind.Wakeup or EventKind.Migrate:
                return TaskBody.Wakeup(named, padded, ref row, comms);
            case EventKind.RcuGracePeriod or EventKind.RcuCallback or EventKind.RcuInvokeCallback or EventKind.RcuBatchStart
                or EventKind.RcuBatchEnd or EventKind.RcuUtilization:
                return RcuBody.Read(named, body, ref row);
            case EventKind.TaskAlloc:
                return ReadAllocation(named, body, ref row, stream);
            case EventKind.Cgroup:
                return CgroupBody.Read(body, ref row, stream);
            default:
                return named.IsFunction ? ReadFunction(body, ref row) : ReadFields(named, body, ref row);
        }
    }

    private static BodyOutcome ReadFields(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row)
    {
        switch (named.Kind)
        {
            case EventKind.StackMap:
                return ReadStackMap(named, body, ref row);
            case EventKind.RcuSoftirqEntry or EventKind.RcuSoftirqExit:
                return OutcomeOf(BodyFields.TryFirst(body, named.ValueKey, out row.Value) && StackLifeFilter.IsRcuSoftirq(row.Value));
            case EventKind.ForkEnter:
                return BodyOutcome.Row;
            case EventKind.ForkExit:
                int at = body.StartsWith("ret="u8) ? 4 : 0;
                return TextNumbers.TryNumber(body, ref at, out row.Value) ? BodyOutcome.Row : BodyOutcome.Unreadable;
            case EventKind.CpuDown:
                return ReadCpuDown(body, ref row);
            default:
                if (named.Mapped.Length > 0)
                    return ReadMapped(named.Mapped, body, ref row);
                return named.IsProbe ? ReadProbe(named, body, ref row) : BodyOutcome.Other;
        }
    }

    // Uses the first mapping whose conditions hold.
    private static BodyOutcome ReadMapped(MappedProbe[] mapped, ReadOnlySpan<byte> body, ref RawEvent row)
    {
        BodyOutcome outcome = BodyOutcome.Other;
        for (int index = 0; index < mapped.Length && outcome == BodyOutcome.Other; index++)
            outcome = mapped[index].Read(body, ref row);
        return outcome;
    }

    private static BodyOutcome OutcomeOf(bool isOfStackLife) => isOfStackLife ? BodyOutcome.Row : BodyOutcome.Other;

    // "call_site=copy_process+0x178/0x1cf0 ptr=... bytes_req=4736 ...", unless the kernel hides symbols.
    private static BodyOutcome ReadAllocation(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row, RawEventStream stream)
    {
        ReadOnlySpan<byte> cache = CacheName(body);
        if (!BodyFields.TryFirst(body, named.ValueKey, out row.Value) || !StackLifeFilter.IsTaskStruct(cache, row.Value))
            return BodyOutcome.Other;
        int siteAt = BodyFields.AfterFirst(body, " call_site="u8);
        if (!cache.IsEmpty || (siteAt >= 0 && StackLifeFilter.IsForkFunction(body[siteAt..].TrimStart((byte)'('))))
            stream.NoteForkAllocation(row.Value);
        return BodyOutcome.Row;
    }

    // "name=task_struct": kernels since about 6.10, and before 3.13.
    private static ReadOnlySpan<byte> CacheName(ReadOnlySpan<byte> body)
    {
        int at = BodyFields.AfterFirst(body, " name="u8);
        if (at < 0)
            return [];
        int length = body[at..].IndexOf((byte)' ');
        return length < 0 ? body[at..] : body.Slice(at, length);
    }

    // "va_start: 18401429658333052928 size=20480 align=16384 ...", raw: "addr=..."
    private static BodyOutcome ReadStackMap(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row)
    {
        if (!BodyFields.TryFirst(body, " size="u8, out long size) || !BodyFields.TryFirst(body, " align="u8, out long align)
            || !StackLifeFilter.IsStackArea(size, align))
        {
            return BodyOutcome.Other;
        }

        return BodyFields.TryFirst(body, " va_start: "u8, out row.Value) || BodyFields.TryFirst(body, named.ValueKey, out row.Value)
            ? BodyOutcome.Row
            : BodyOutcome.Unreadable;
    }

    // "cpu: 0003 target:   0 step:  62 (free_vm_stack_cache)", raw: "cpu=3 target=0 idx=62 ..."
    private static BodyOutcome ReadCpuDown(ReadOnlySpan<byte> body, ref RawEvent row)
    {
        if (!TryState(body, " cpu:"u8, " cpu="u8, out row.Value) || !TryState(body, " target:"u8, " target="u8, out long target))
            return BodyOutcome.Unreadable;
        return OutcomeOf(StackLifeFilter.IsCpuDown(target));
    }

    private static bool TryState(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, ReadOnlySpan<byte> rawKey, out long value)
    {
        int at = BodyFields.AfterFirst(body, key);
        if (at < 0)
            return BodyFields.TryFirst(body, rawKey, out value);
        while (at < body.Length && body[at] == ' ')
            at++;
        return TextNumbers.TryNumber(body, ref at, out value);
    }

    // A kprobe's body begins with its address: "(ffffffffbbe9e220) task=0x... pid=27991 ref=1", raw: "__probe_ip=...".
    private static BodyOutcome ReadProbe(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row)
    {
        if (!body.StartsWith("("u8) && !body.StartsWith("__probe_ip="u8))
            return BodyOutcome.Other;
        if (!BodyFields.TryFirst(body, named.ValueKey, out row.Value))
            return BodyOutcome.Unreadable;
        if (named.Kind == EventKind.ProbeVmalloc)
        {
            return OutcomeOf(BodyFields.TryFirst(body, " align="u8, out long align)
                ? StackLifeFilter.IsStackArea(row.Value, align)
                : StackLifeFilter.IsStackSize(row.Value));
        }

        if (named.Kind is not (EventKind.ProbePut or EventKind.ProbeNewTask))
            return BodyOutcome.Row;
        row.OtherTid = row.Tid;
        bool hasTid = BodyFields.TryFirst(body, " pid="u8, out long tid);
        row.Tid = (int)tid;
        return hasTid ? BodyOutcome.Row : BodyOutcome.Unreadable;
    }

    // "vfree <-thread_stack_free_rcu", "vfree <-- caller", "vfree", "ip=vfree parent_ip=caller", "vfree(addr=...) <-caller"
    private static BodyOutcome ReadFunction(ReadOnlySpan<byte> body, ref RawEvent row)
    {
        if (body.StartsWith("ip="u8))
            body = body[3..];
        int end = body.IndexOfAny((byte)' ', (byte)'(', (byte)'+');
        row.Kind = FunctionNames.KindOf(end < 0 ? body : body[..end]);
        return OutcomeOf(row.Kind != EventKind.None);
    }
}

/// <summary>The result of reading an event's body.</summary>
internal enum BodyOutcome
{
    /// <summary>The row is filled in.</summary>
    Row,

    /// <summary>The event was read, but does not affect a stack.</summary>
    Other,

    /// <summary>The body lacks a field that the row needs.</summary>
    Unreadable,
}

/// <summary>
/// Finds <c>key=value</c> fields in an event's body. Keys include the blank before them: " pid=". A comm is printed without quotes and can
/// contain text that looks like a field, so the caller chooses the end from which to search.
/// </summary>
internal static class BodyFields
{
    /// <summary>Offset after the first <paramref name="key"/>, which may also be at the body's beginning; -1 if there is none.</summary>
    public static int AfterFirst(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key)
    {
        if (body.StartsWith(key[1..]))
            return key.Length - 1;
        int at = body.IndexOf(key);
        return at < 0 ? -1 : at + key.Length;
    }

    /// <summary>The number in the first field with that key.</summary>
    public static bool TryFirst(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, out long value)
    {
        value = 0;
        int at = AfterFirst(body, key);
        return at >= 0 && TextNumbers.TryNumber(body, ref at, out value);
    }

    /// <summary>The tid in the last field with that key, and where the field begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLastTid(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, out int tid, out int fieldAt)
    {
        tid = 0;
        fieldAt = body.LastIndexOf(key);
        int at = fieldAt + key.Length;
        return fieldAt >= 0 && TextNumbers.TryTid(body, ref at, out tid);
    }

    /// <summary>The tid in a field " pid=N" that ends at <paramref name="end"/>; read backwards.</summary>
    public static bool TryTidBefore(ReadOnlySpan<byte> body, int end, out int tid)
    {
        tid = 0;
        int at = end;
        while (at > 0 && body[at - 1] is >= (byte)'0' and <= (byte)'9')
            at--;
        int start = at;
        return start < end && body[..start].EndsWith("pid="u8) && TextNumbers.TryTid(body, ref at, out tid) && at == end;
    }
}

/// <summary>A mapping of a user's probe, prepared for text, where fields are printed as <c>name=value</c>.</summary>
internal sealed class MappedProbe(ProbeMapping mapping)
{
    private readonly EventKind _kind = ProbeMeanings.KindOf(mapping.Meaning);
    private readonly byte[]? _tidKey = mapping.Tid is null or KnownTracepoint.Running ? null : KeyOf(mapping.Tid);
    private readonly byte[]? _cpuKey = mapping.Cpu is null ? null : KeyOf(mapping.Cpu);
    private readonly (ProbeCondition Condition, byte[] Key, byte[]? Symbol)[] _conditions =
    [
        .. mapping.Conditions.Select(condition => (
            condition, KeyOf(condition.Field), condition.Symbol is { } symbol ? Encoding.UTF8.GetBytes(symbol) : null)),
    ];

    /// <summary>Fills a row whose subject is the running thread at first. Returns Other if a condition does not hold.</summary>
    public BodyOutcome Read(ReadOnlySpan<byte> body, ref RawEvent row)
    {
        foreach ((ProbeCondition condition, byte[] key, byte[]? symbol) in _conditions)
        {
            if (symbol is not null)
            {
                if (FunctionIn(body, key).SequenceEqual(symbol) != (condition.Comparison == ProbeComparison.Equal))
                    return BodyOutcome.Other;
                continue;
            }

            if (!BodyFields.TryFirst(body, key, out long field))
                return BodyOutcome.Unreadable;
            if (!ProbeCondition.Holds(condition.Comparison, field, condition.Value))
                return BodyOutcome.Other;
        }

        long cpu = -1;
        if (_cpuKey is not null && !BodyFields.TryFirst(body, _cpuKey, out cpu))
            return BodyOutcome.Unreadable;
        if (_tidKey is not null)
        {
            if (!BodyFields.TryFirst(body, _tidKey, out long tid))
                return BodyOutcome.Unreadable;
            row.Tid = (int)tid;
        }

        row.Value = ProbeMap.ValueOf(cpu);
        row.Kind = _kind;
        return BodyOutcome.Row;
    }

    private static byte[] KeyOf(string field) => Encoding.ASCII.GetBytes($" {field}=");

    // "func=thread_stack_free_rcu+0x0". The function tracer prints the name of its ip first: "vfree <-thread_stack_free_rcu".
    private static ReadOnlySpan<byte> FunctionIn(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key)
    {
        int at = BodyFields.AfterFirst(body, key);
        ReadOnlySpan<byte> function = at >= 0 ? body[at..] : key.SequenceEqual(" ip="u8) ? body : default;
        int end = function.IndexOfAny((byte)' ', (byte)'(', (byte)'+');
        return end < 0 ? function : function[..end];
    }
}

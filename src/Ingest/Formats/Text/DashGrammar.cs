namespace ForkTrace.Ingest.Formats.Text;

/// <summary>Lines of the kernel's <c>trace</c> files and of <c>trace-cmd report</c>, which prints like the kernel.</summary>
/// <remarks>
/// <code>
/// |      TASK      -PID   | (TGID)     | [CPU] | FLAGS | TIME               : EVENT: BODY
/// |&lt;-- 16 bytes --&gt;-77     | (     77)  | [003] | d..2. | 220.236263         : sched_switch: prev_comm=...
/// |&lt;-- 16 bytes --&gt;-77     |            | [003] |       | 266800878498       : sched_switch: ...   bare number: clock's own unit
/// |&lt; 8 b &gt;-77             |            |  3d..2.       | 33708us+           : sched_switch: ...   latency-format
/// |&lt; 8 b &gt;-77             |            |  3d..2.       | 220.236263         : sched_switch: ...   trace-cmd report -l
/// </code>
/// TASK can contain any byte except NUL and newline, so a line cannot be split from the left. A comm has at most 15 bytes and is
/// right-aligned in a fixed column (kernel/trace/trace_output.c, trace_print_context: %16s; latency: %8.8s), followed by '-'. If the line
/// was trimmed or prefixed, the comm ends at the last '-' within its maximum length that is followed by a valid head.
/// </remarks>
internal readonly struct DashGrammar : ILineGrammar
{
    private const int TaskColumn = 16;
    private const int LatencyTaskColumn = 8;

    // Extra room for file and instance names, which trace-cmd report puts before the lines of several files.
    private const int PrefixMax = 120;
    private const int EventNameMax = 100;

    // Column of the body in trace-cmd report, counted from the event's name.
    private const int BodyColumn = 22;

    public static bool IsContinuation(ReadOnlySpan<byte> line) => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadHead(ReadOnlySpan<byte> line, out LineHead head) =>
        TryReadAfterTask(line, TaskColumn, out head) || TryFindHead(line, out head);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TrySplitEvent(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> body)
    {
        rest = rest.TrimStart((byte)' ');
        if (!rest.IsEmpty && rest[0] == '(')
            rest = AfterTimeDifference(rest);
        int end = rest[..Math.Min(rest.Length, EventNameMax)].IndexOfAny((byte)':', (byte)' ', (byte)'(');
        if (end > 0 && rest[end] == ':')
        {
            name = rest[..end];
            body = AfterPadding(rest[(end + 1)..], end);
            return true;
        }

        // The function tracer's lines have no event name: "vfree <-thread_stack_free_rcu", since 6.15 possibly with arguments.
        name = "function"u8;
        body = rest;
        if (end > 0 && rest.IndexOf(" <-"u8) > 0)
            return true;

        // System calls: "sys_clone(clone_flags: 1200011)", "sys_clone -> 0x16841" (kernel/trace/trace_syscalls.c, print_syscall_enter).
        name = rest[..Math.Max(end, 0)];
        return name.StartsWith("sys_"u8) && (rest[end] == '(' || rest[end..].StartsWith(" -> "u8));
    }

    // One blank, or as many as trace-cmd uses to align the bodies. More blanks belong to the body: a comm can begin with blanks.
    private static ReadOnlySpan<byte> AfterPadding(ReadOnlySpan<byte> rest, int nameLength)
    {
        int blanks = Math.Min(Math.Max(1, BodyColumn - nameLength - 1), rest.Length);
        int at = rest[..blanks].IndexOfAnyExcept((byte)' ');
        return rest[(at < 0 ? blanks : at)..];
    }

    // trace-cmd report --ts-diff prints "(+407)" between time and event.
    private static ReadOnlySpan<byte> AfterTimeDifference(ReadOnlySpan<byte> rest)
    {
        int close = rest.IndexOf((byte)')');
        return close < 0 ? rest : rest[(close + 1)..].TrimStart((byte)' ');
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFindHead(ReadOnlySpan<byte> line, out LineHead head)
    {
        if (TryReadAfterTask(line, LatencyTaskColumn, out head) && (head.Shape & LineShape.FusedCpu) != 0)
            return true;
        int indent = line.IndexOfAnyExcept((byte)' ');
        if (indent < 0)
            return false;
        for (int dash = Math.Min(indent + TaskColumn, line.Length - 1); dash > indent; dash--)
        {
            if (TryReadAfterTask(line, dash, out head))
                return true;
        }

        int last = Math.Min(PrefixMax, line.Length);
        for (int dash = Math.Max(TaskColumn, indent + TaskColumn) + 1; dash < last; dash++)
        {
            if (TryReadAfterTask(line, dash, out head))
                return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadAfterTask(ReadOnlySpan<byte> line, int dash, out LineHead head)
    {
        if ((uint)dash < (uint)line.Length && line[dash] == '-')
            return TryReadColumns(line, dash + 1, out head);
        head = default;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryReadColumns(ReadOnlySpan<byte> line, int at, out LineHead head)
    {
        head = default;
        if (!TextNumbers.TryDigits(line, ref at, int.MaxValue, out ulong tid) || !TextNumbers.SkipBlanks(line, ref at))
            return false;
        if (line[at] == '(' && !TrySkipTgid(line, ref at, ref head.Shape))
            return false;
        head.Tid = (int)tid;
        return TryReadCpu(line, ref at, ref head)
            && TextNumbers.TryTime(line, ref at, out head.Time, ref head.Shape)
            && TryEndTime(line, at, ref head);
    }

    // "(  123)", "(-----)"
    private static bool TrySkipTgid(ReadOnlySpan<byte> line, ref int at, ref LineShape shape)
    {
        shape |= LineShape.Tgid;
        at++;
        while (at < line.Length && line[at] is (byte)' ' or (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
            at++;
        if (at >= line.Length || line[at] != ')')
            return false;
        at++;
        return TextNumbers.SkipBlanks(line, ref at);
    }

    // "[003] ", "[003] d..2. ", "3d..2. "; the position after that is the time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryReadCpu(ReadOnlySpan<byte> line, ref int at, ref LineHead head)
    {
        bool isBracketed = line[at] == '[';
        if (isBracketed)
            at++;
        if (!TextNumbers.TryDigits(line, ref at, CpuStreams.CpusMax - 1, out ulong cpu) || at >= line.Length)
            return false;
        head.Cpu = (int)cpu;
        if (!isBracketed)
        {
            head.Shape |= LineShape.FusedCpu;
            return line[at] != ' ' && TrySkipFlags(line, ref at, ref head.Shape);
        }

        if (line[at++] != ']' || !TextNumbers.SkipBlanks(line, ref at))
            return false;
        return line[at] is >= (byte)'0' and <= (byte)'9' || TrySkipFlags(line, ref at, ref head.Shape);
    }

    private static bool TrySkipFlags(ReadOnlySpan<byte> line, ref int at, ref LineShape shape)
    {
        int start = at;
        while ((uint)at < (uint)line.Length && line[at] != ' ')
            at++;
        shape |= at - start == 4 ? LineShape.Flags | LineShape.FourFlags : LineShape.Flags;
        return at - start <= 16 && TextNumbers.SkipBlanks(line, ref at);
    }

    // ": ", or "us+: " with microseconds, where the mark shows how late the next event came.
    private static bool TryEndTime(ReadOnlySpan<byte> line, int at, ref LineHead head)
    {
        if ((head.Shape & LineShape.Relative) != 0 && at < line.Length && line[at] != ':')
            at++;
        if (at >= line.Length || line[at] != ':' || (at + 1 < line.Length && line[at + 1] != ' '))
            return false;
        head.EventAt = at + 1;
        return true;
    }
}

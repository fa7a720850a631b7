namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Bodies of task events. Comms are found by the fields around them, never by splitting at blanks. A comm of 15 bytes can contain text like
/// one field, but not like two, so two fields mark the true end.
/// </summary>
internal static class TaskBody
{
    private const int CommMax = 15;

    // pid=%d comm=%s clone_flags=%lx oom_score_adj=%hd
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static BodyOutcome NewTask(ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms)
    {
        int at = 4;
        if (!body.StartsWith("pid="u8) || !TextNumbers.TryTid(body, ref at, out int tid) || !body[at..].StartsWith(" comm="u8))
            return BodyOutcome.Unreadable;
        int commAt = at + 6;
        int flagsAt = body.LastIndexOf(" clone_flags="u8);
        at = flagsAt + 13;
        if (flagsAt < commAt || !TextNumbers.TryHex(body, ref at, out row.Value))
            return BodyOutcome.Unreadable;
        row.OtherTid = row.Tid;
        row.Tid = tid;
        row.Comm = comms.Intern(body[commAt..flagsAt]);
        return BodyOutcome.Row;
    }

    // comm=%s pid=%d child_comm=%s child_pid=%d; raw: parent_comm= parent_pid=
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static BodyOutcome Fork(ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms)
    {
        if (!BodyFields.TryLastTid(body, " child_pid="u8, out int child, out int childAt))
            return BodyOutcome.Unreadable;
        int searched = 0;
        for (int found; (found = body[searched..childAt].IndexOf(" child_comm="u8)) >= 0; searched += found + 1)
        {
            int commAt = searched + found + 12;
            if (!BodyFields.TryTidBefore(body, searched + found, out int parent))
                continue;
            row.OtherTid = parent;
            row.Tid = child;
            row.Comm = comms.Intern(body[commAt..childAt]);
            return BodyOutcome.Row;
        }

        return BodyOutcome.Unreadable;
    }

    // comm=%s pid=%d prio=%d; sched_process_exit since 6.16: group_dead=%s; raw: group_dead=1
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static BodyOutcome CommAndPid(ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms)
    {
        if (!body.StartsWith("comm="u8) || !BodyFields.TryLastTid(body, " pid="u8, out int tid, out int pidAt) || pidAt < 5)
            return BodyOutcome.Unreadable;
        row.Comm = comms.Intern(body[5..pidAt]);
        if (row.Kind == EventKind.Wait)
        {
            row.OtherTid = tid;
            return BodyOutcome.Row;
        }

        if (row.Kind == EventKind.Free)
            row.OtherTid = row.Tid;
        else
            row.Value = GroupDead(body[pidAt..]);
        row.Tid = tid;
        return BodyOutcome.Row;
    }

    // filename=%s pid=%d old_pid=%d
    public static BodyOutcome Exec(ReadOnlySpan<byte> body, ref RawEvent row)
    {
        if (!BodyFields.TryLastTid(body, " old_pid="u8, out int old, out int oldAt) || !BodyFields.TryTidBefore(body, oldAt, out int tid))
            return BodyOutcome.Unreadable;
        row.Tid = tid;
        row.Value = old;
        return BodyOutcome.Row;
    }

    // pid=%d oldcomm=%s newcomm=%s oom_score_adj=%hd; the newest kernels print no pid. Only a key separates the comms, so the first split
    // that leaves both short enough is used.
    public static BodyOutcome Rename(ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms)
    {
        int at = 4;
        if (body.StartsWith("pid="u8) && TextNumbers.TryTid(body, ref at, out int tid))
            row.Tid = tid;
        int oldAt = BodyFields.AfterFirst(body, " oldcomm="u8);
        int end = body.LastIndexOf(" oom_score_adj="u8);
        if (oldAt < 0 || end < oldAt)
            return BodyOutcome.Unreadable;
        int searched = oldAt;
        for (int found; (found = body[searched..end].IndexOf(" newcomm="u8)) >= 0; searched += found + 1)
        {
            int newAt = searched + found + 9;
            if (end - newAt > CommMax)
                continue;
            row.Comm = comms.Intern(body[newAt..end]);
            return BodyOutcome.Row;
        }

        return BodyOutcome.Unreadable;
    }

    // comm=%s pid=%d prio=%d [success=%d] target_cpu=%03d; sched_migrate_task: orig_cpu=%d dest_cpu=%d
    // trace-cmd's plugin: comm:pid [prio] [success=%d] CPU:%03d
    public static BodyOutcome Wakeup(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms)
    {
        row.OtherTid = row.Tid;
        ReadOnlySpan<byte> fields = body.TrimStart((byte)' ');
        if (!fields.StartsWith("comm="u8) || !BodyFields.TryLastTid(fields, named.ValueKey, out int cpu, out _))
            return PluginWakeup(body, ref row, comms);
        if (!BodyFields.TryLastTid(fields, " pid="u8, out row.Tid, out int pidAt) || pidAt < 5)
            return BodyOutcome.Unreadable;
        row.Comm = comms.Intern(fields[5..pidAt]);
        row.Value = cpu;
        return BodyOutcome.Row;
    }

    private static BodyOutcome PluginWakeup(ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms)
    {
        int cpuAt = body.LastIndexOf(" CPU:"u8);
        int at = cpuAt + 5;
        if (cpuAt < 0 || !TextNumbers.TryDigits(body, ref at, int.MaxValue, out ulong cpu))
            return BodyOutcome.Unreadable;
        int end = body[..cpuAt].LastIndexOf("] "u8);
        if (!SwitchBody.TryTaskAt(body[..(end < 0 ? cpuAt : end + 1)], out int commEnd, out row.Tid))
            return BodyOutcome.Unreadable;
        row.Comm = comms.Intern(body[..commEnd]);
        row.Value = (long)cpu;
        return BodyOutcome.Row;
    }

    private static long GroupDead(ReadOnlySpan<byte> body)
    {
        int at = BodyFields.AfterFirst(body, " group_dead="u8);
        if (at < 0)
            return -1;
        return body[at..].StartsWith("true"u8) || body[at..].StartsWith("1"u8) ? 1 : 0;
    }
}

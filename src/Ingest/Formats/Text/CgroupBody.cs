namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// The body of cgroup_attach_task (include/trace/events/cgroup.h): <c>dst_root=0 dst_id=44 dst_level=2 dst_path=/a b pid=7 comm=sh</c>.
/// Path and comm are printed without quotes and can contain text that looks like a field.
/// </summary>
internal static class CgroupBody
{
    private const int CommBytesMax = 15;

    public static BodyOutcome Read(ReadOnlySpan<byte> body, ref RawEvent row, RawEventStream stream)
    {
        if (!BodyFields.TryFirst(body, " dst_root="u8, out long hierarchy))
            return BodyOutcome.Unreadable;
        if (!StackLifeFilter.IsUnified(hierarchy))
            return BodyOutcome.Other;
        int at = BodyFields.AfterFirst(body, " dst_path="u8);
        if (at < 0)
            return BodyOutcome.Unreadable;
        ReadOnlySpan<byte> path = body[at..];

        // trace-cmd report -R prints the fields in the order of the record, where the pid comes first.
        bool isRaw = BodyFields.TryFirst(body[..at], " pid="u8, out long rawTid);
        if (!TryEnd(path, isRaw, out int end, out int tid, out ReadOnlySpan<byte> comm))
            return BodyOutcome.Unreadable;
        row.Tid = isRaw ? (int)rawTid : tid;
        row.Comm = stream.Comms.Intern(comm);
        row.Value = stream.Cgroups.Intern(path[..end]);
        return BodyOutcome.Row;
    }

    // The path ends at the first " pid=N comm=" after which the rest is short enough for a comm.
    private static bool TryEnd(ReadOnlySpan<byte> path, bool isRaw, out int end, out int tid, out ReadOnlySpan<byte> comm)
    {
        comm = default;
        tid = 0;
        end = -1;
        for (int at = 0; path[at..].IndexOf(" comm="u8) is >= 0 and int next; at += next + 1)
        {
            int commAt = at + next;
            if (path.Length - (commAt + 6) > CommBytesMax)
                continue;
            comm = path[(commAt + 6)..];
            end = isRaw ? commAt : path[..commAt].LastIndexOf(" pid="u8);
            return isRaw || (end >= 0 && BodyFields.TryTidBefore(path, commAt, out tid));
        }

        return false;
    }
}

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Bodies of sched_switch, in three forms:
/// <code>
/// prev_comm=wl prev_pid=7 prev_prio=120 prev_state=Z ==> next_comm=sh next_pid=9 next_prio=120     kernel, perf script, report -N
/// wl:7 [120] X ==> sh:9 [120]                                                                       trace-cmd's plugin
/// prev_comm=wl prev_pid=7 prev_prio=120 prev_state=32 next_comm=sh next_pid=9 next_prio=120         trace-cmd report -R
/// </code>
/// </summary>
internal static class SwitchBody
{
    private const int CommMax = 15;

    /// <summary>Reads a body, which can begin with blanks because the plugin prints the comm first.</summary>
    public static BodyOutcome Read(ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms, SwitchStates states)
    {
        ReadOnlySpan<byte> fields = body.TrimStart((byte)' ');
        if (fields.StartsWith("prev_comm="u8) && ReadFields(fields, ref row, comms, states) == BodyOutcome.Row)
            return BodyOutcome.Row;
        return ReadPlugin(body, ref row, comms, states);
    }

    /// <summary>Reads "comm:tid [prio]" at the end of <paramref name="text"/>, backwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryTaskAt(ReadOnlySpan<byte> text, out int commLength, out int tid)
    {
        commLength = 0;
        tid = 0;
        if (!text.EndsWith("]"u8))
            return false;
        int prioAt = DigitsBefore(text, text.Length - 1);
        if (prioAt > 0 && text[prioAt - 1] == '-')
            prioAt--;
        if (prioAt == text.Length - 1 || !text[..prioAt].EndsWith(" ["u8))
            return false;
        int tidAt = DigitsBefore(text, prioAt - 2);
        int at = tidAt;
        if (tidAt == 0 || text[tidAt - 1] != ':' || !TextNumbers.TryTid(text, ref at, out tid) || at != prioAt - 2)
            return false;
        commLength = tidAt - 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static BodyOutcome ReadFields(ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms, SwitchStates states)
    {
        const int CommAt = 10;
        int searched = CommAt;
        for (int found; (found = body[searched..].IndexOf(" prev_pid="u8)) >= 0; searched += found + 1)
        {
            // A comm can contain text like this field, but not like this field and the next.
            int commEnd = searched + found;
            int at = commEnd + 10;
            if (!TextNumbers.TryTid(body, ref at, out int tid) || !TrySkip(body, ref at, " prev_prio="u8))
                continue;
            if (!TextNumbers.TryTid(body, ref at, out _) || !TrySkip(body, ref at, " prev_state="u8))
                return BodyOutcome.Unreadable;
            row.Tid = tid;
            row.Comm = comms.Intern(body[CommAt..commEnd]);
            int length = body[at..].IndexOf((byte)' ');
            if (length <= 0 || !BodyFields.TryLastTid(body[(at + length)..], " next_pid="u8, out row.OtherTid, out _))
                return BodyOutcome.Unreadable;
            row.Kind = states.ReadField(body.Slice(at, length), out row.Value) ? EventKind.DeathSwitch : EventKind.Switch;
            return BodyOutcome.Row;
        }

        return BodyOutcome.Unreadable;
    }

    // Comms can contain " ==> ". The right split is the one that names the running thread, else the first that leaves both comms short
    // enough.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static BodyOutcome ReadPlugin(ReadOnlySpan<byte> body, ref RawEvent row, CommInterner comms, SwitchStates states)
    {
        body = WithoutDebugSuffix(body);
        int running = row.Tid;
        int best = -1;
        int searched = 0;
        for (int found; (found = body[searched..].IndexOf(" ==> "u8)) >= 0; searched += found + 1)
        {
            int arrow = searched + found;
            if (!TryDivide(body, arrow, out _, out int prev, out _, out _))
                continue;
            best = best < 0 || prev == running ? arrow : best;
            if (prev == running)
                break;
        }

        if (best < 0 || !TryDivide(body, best, out int stateAt, out row.Tid, out row.OtherTid, out int commLength))
            return BodyOutcome.Unreadable;
        row.Comm = comms.Intern(body[..commLength]);
        row.Kind = states.ReadPlugin(body[stateAt..best], row.Tid, out row.Value) ? EventKind.DeathSwitch : EventKind.Switch;
        return BodyOutcome.Row;
    }

    private static bool TryDivide(ReadOnlySpan<byte> body, int arrow, out int stateAt, out int prev, out int next, out int commLength)
    {
        stateAt = body[..arrow].LastIndexOf((byte)' ') + 1;
        next = 0;
        prev = 0;
        commLength = 0;
        return stateAt > 0
            && TryTaskAt(body[..(stateAt - 1)], out commLength, out prev) && commLength <= CommMax
            && TryTaskAt(body[(arrow + 5)..], out int nextLength, out next) && nextLength <= CommMax;
    }

    // trace-cmd report --debug appends " [delta:offset:size]" to lines.
    private static ReadOnlySpan<byte> WithoutDebugSuffix(ReadOnlySpan<byte> body)
    {
        int open = body.LastIndexOf(" ["u8);
        return open > 0 && body[open..].Contains((byte)':') ? body[..open] : body;
    }

    private static int DigitsBefore(ReadOnlySpan<byte> text, int end)
    {
        while (end > 0 && text[end - 1] is >= (byte)'0' and <= (byte)'9')
            end--;
        return end;
    }

    private static bool TrySkip(ReadOnlySpan<byte> body, ref int at, ReadOnlySpan<byte> expected)
    {
        if (!body[at..].StartsWith(expected))
            return false;
        at += expected.Length;
        return true;
    }
}

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// The letters of prev_state. Those that the kernel prints are certain (include/linux/sched.h since 4.14: X = EXIT_DEAD 0x10, Z =
/// EXIT_ZOMBIE 0x20; before: x = TASK_DEAD 64). trace-cmd's sched_switch plugin up to libtraceevent 1.7 uses the letters of kernels before
/// 3.14, where 0x10 was Z and 0x20 was X, and prints 0x40 (a parked thread since 4.14) as x. Later plugins take the letters from the trace.
/// The content of the text shows which table was used, so such rows are marked, and settled when the whole text has been read.
/// </summary>
internal sealed class SwitchStates
{
    private const long Dead = 0x10;
    private const long Zombie = 0x20;
    private const long ParkedOrOldDead = 0x40;
    private const long Preempted = 0x100;
    private const long Unsettled = 1L << 62;
    private const long CloneThread = 0x10000;
    private const int RecentTasks = 1 << 12;

    private readonly int[] _recentTid = new int[RecentTasks];
    private readonly bool[] _recentIsThread = new bool[RecentTasks];
    private long _unsettled;
    private long _exitStates;
    private long _oldLetters;
    private long _newLetters;
    private long _threadVotes;
    private long _processVotes;

    /// <summary>Remembers whether a new task is a thread or a process. This helps to interpret the letters: threads end in EXIT_DEAD,
    /// processes in EXIT_ZOMBIE.</summary>
    public void NoteNewTask(int tid, long cloneFlags)
    {
        _recentTid[tid & (RecentTasks - 1)] = tid;
        _recentIsThread[tid & (RecentTasks - 1)] = (cloneFlags & CloneThread) != 0;
    }

    /// <summary>Reads a prev_state field: letters or a number. True if the task is dead.</summary>
    public bool ReadField(ReadOnlySpan<byte> state, out long value)
    {
        int at = 0;
        if (!TextNumbers.TryNumber(state, ref at, out value))
            return ReadKernelLetters(state, out value);
        bool hasExited = (value & (Dead | Zombie)) != 0;
        _exitStates += hasExited ? 1 : 0;
        if (value != ParkedOrOldDead)
            return hasExited;
        MarkUnsettled(ref value);
        return true;
    }

    /// <summary>Reads the plugin's letters. True if the task is dead, as far as is known yet.</summary>
    public bool ReadPlugin(ReadOnlySpan<byte> state, int tid, out long value)
    {
        value = 0;
        foreach (byte letter in state)
        {
            _oldLetters += letter is (byte)'W' ? 1 : 0;
            _newLetters += letter is (byte)'P' or (byte)'I' ? 1 : 0;
            value |= ValueOf(letter);
        }

        bool isExit = (value & (Dead | Zombie)) != 0;
        if (!isExit && !state.Contains((byte)'x'))
            return false;
        if (isExit)
            Vote(tid, value);
        MarkUnsettled(ref value);
        return true;
    }

    /// <summary>True if there are marked rows, which must not be used yet.</summary>
    public bool AreAnyUnsettled => _unsettled > 0;

    /// <summary>Gives the marked rows their true values, now that the meaning of the letters is known.</summary>
    /// <param name="streams">The rows.</param>
    /// <param name="isNewPrinter">True if the text shows that a trace-cmd after the change printed it.</param>
    public void Settle(IReadOnlyList<RawEventStream> streams, bool isNewPrinter)
    {
        if (_unsettled == 0)
            return;
        bool isSwapped = IsSwapped(isNewPrinter);
        foreach (RawEventStream stream in streams)
        {
            for (long at = stream.ToldRows; at < stream.Rows;)
            {
                Span<RawEvent> rows = stream.RowsFrom(at, stream.Rows);
                foreach (ref RawEvent row in rows)
                {
                    if (row.Kind == EventKind.DeathSwitch && (row.Value & Unsettled) != 0)
                        SettleRow(stream, ref row, isSwapped);
                }

                at += rows.Length;
            }
        }
    }

    private static bool ReadKernelLetters(ReadOnlySpan<byte> state, out long value)
    {
        value = 0;
        foreach (byte letter in state)
            value |= ValueOf(letter);
        return (value & (Dead | Zombie)) != 0 || state.Contains((byte)'x');
    }

    private static long ValueOf(byte letter) => letter switch
    {
        (byte)'S' => 0x1,
        (byte)'D' => 0x2,
        (byte)'T' => 0x4,
        (byte)'t' => 0x8,
        (byte)'X' => Dead,
        (byte)'Z' => Zombie,
        (byte)'x' or (byte)'P' => ParkedOrOldDead,
        (byte)'I' or (byte)'W' => 0x80,
        (byte)'+' => Preempted,
        _ => 0,
    };

    private void MarkUnsettled(ref long value)
    {
        _unsettled++;
        value |= Unsettled;
    }

    private void Vote(int tid, long value)
    {
        _exitStates++;
        if (_recentTid[tid & (RecentTasks - 1)] != tid || tid == 0)
            return;
        bool isThread = _recentIsThread[tid & (RecentTasks - 1)];
        int vote = isThread == ((value & Dead) != 0) ? -1 : 1;
        if (isThread)
            _threadVotes += vote;
        else
            _processVotes += vote;
    }

    // First, letters that only one table has decide; then threads, which end in EXIT_DEAD unless traced; then processes, which can be
    // configured not to become zombies; then the age of the printer.
    private bool IsSwapped(bool isNewPrinter)
    {
        if (_oldLetters != _newLetters)
            return _oldLetters > _newLetters;
        if (_threadVotes != 0)
            return _threadVotes > 0;
        return _processVotes != 0 ? _processVotes > 0 : !isNewPrinter;
    }

    private void SettleRow(RawEventStream stream, ref RawEvent row, bool isSwapped)
    {
        row.Value &= ~Unsettled;
        long exit = row.Value & (Dead | Zombie);
        if (exit == 0 && _exitStates > 0)
        {
            // Kernels that report exit states have no TASK_DEAD here, so this is a parked thread.
            row.Kind = EventKind.Switch;
            stream.CountsByKind[(int)EventKind.DeathSwitch]--;
            stream.CountsByKind[(int)EventKind.Switch]++;
        }
        else if (isSwapped && exit is Dead or Zombie)
            row.Value ^= Dead | Zombie;
    }
}

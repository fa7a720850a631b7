namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>
/// The switches of one bundle in FtraceEventBundle.CompactSched: lists of equal length, one entry a switch, times as differences.
/// <code>
/// 1 switch_timestamp   2 switch_prev_state   3 switch_next_pid   6 switch_next_comm_index (into 5 intern_table)   7 waking_timestamp
/// </code>
/// The thread that is switched from is not stored: it is the one that was switched to before, on the same CPU.
/// </summary>
internal sealed class CompactSwitches
{
    // Kept from bundle to bundle, as is their memory.
    private readonly List<long> _times = [];
    private readonly List<long> _states = [];
    private readonly List<long> _nextTids = [];
    private readonly List<long> _nextComms = [];
    private readonly List<int> _comms = [];

    public int Count { get; private set; }

    /// <summary>sched_waking events in the bundle.</summary>
    public int Wakings { get; private set; }

    public void Clear()
    {
        foreach (List<long> list in (ReadOnlySpan<List<long>>)[_times, _states, _nextTids, _nextComms])
            list.Clear();
        _comms.Clear();
        (Count, Wakings) = (0, 0);
    }

    public long TimeNs(int index) => _times[index];
    public long PrevState(int index) => _states[index];
    public int NextTid(int index) => (int)_nextTids[index];

    /// <summary>The comm that is switched to, by the interner's number; 0 if the index points nowhere.</summary>
    public int NextComm(int index) => (ulong)_nextComms[index] < (ulong)_comms.Count ? _comms[(int)_nextComms[index]] : 0;

    /// <summary>Takes the lists of a message; false if they are damaged or not of one length (the shortest counts).</summary>
    public bool TryRead(ReadOnlySpan<byte> message, CommInterner intern)
    {
        bool isWhole = true;
        ProtoReader reader = new(message);
        while (reader.TryNext())
        {
            switch (reader.Field)
            {
                case 1:
                    isWhole &= TryAdd(_times, ref reader);
                    break;
                case 2:
                    isWhole &= TryAdd(_states, ref reader);
                    break;
                case 3:
                    isWhole &= TryAdd(_nextTids, ref reader);
                    break;
                case 5:
                    _comms.Add(intern.Intern(reader.Bytes));
                    break;
                case 6:
                    isWhole &= TryAdd(_nextComms, ref reader);
                    break;
                case 7:
                    Wakings += CountOf(ref reader);
                    break;
            }
        }

        Count = Math.Min(Math.Min(_times.Count, _states.Count), Math.Min(_nextTids.Count, _nextComms.Count));
        for (int index = 1; index < Count; index++)
            _times[index] += _times[index - 1];
        return isWhole && !reader.IsDamaged && Count == _times.Count && Count == _states.Count && Count == _nextTids.Count;
    }

    private static int CountOf(ref ProtoReader reader)
    {
        if (!reader.IsBytes)
            return 1;
        int count = 0;
        foreach (byte one in reader.Bytes)
            count += one < 0x80 ? 1 : 0;
        return count;
    }

    // A packed list, or one entry of a list that is not.
    private static bool TryAdd(List<long> values, ref ProtoReader reader)
    {
        if (!reader.IsBytes)
        {
            values.Add((long)reader.Number);
            return true;
        }

        ReadOnlySpan<byte> packed = reader.Bytes;
        while (ProtoReader.TryVarint(ref packed, out ulong value))
            values.Add((long)value);
        return packed.IsEmpty;
    }
}

/// <summary>The thread that runs on each CPU, as switches and events tell it: compact switches do not say what they switch from.</summary>
internal sealed class RunningTasks
{
    /// <summary>Nothing has told yet, or events were lost since.</summary>
    public const int Unknown = -1;

    private readonly (int Tid, int Comm)[] _byCpu = new (int Tid, int Comm)[CpuStreams.CpusMax];

    public RunningTasks() => ForgetAll();

    /// <summary>The thread of a CPU, and its comm by the number of that CPU's stream.</summary>
    public ref (int Tid, int Comm) At(int cpu) => ref _byCpu[cpu];

    /// <summary>Forgets what is known of all CPUs: packets of unknown CPUs were lost.</summary>
    public void ForgetAll() => Array.Fill(_byCpu, (Unknown, 0));
}

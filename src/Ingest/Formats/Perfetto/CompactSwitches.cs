namespace ForkTrace.Ingest.Formats.Perfetto;

/// <summary>
/// The switches of one bundle in FtraceEventBundle.CompactSched: lists of equal length, one entry per switch, times as differences.
/// <code>
/// 1 switch_timestamp   2 switch_prev_state   3 switch_next_pid   6 switch_next_comm_index (into 5 intern_table)   7 waking_timestamp
/// </code>
/// The previous thread is not stored: it is the next thread of the previous switch on the same CPU.
/// </summary>
internal sealed class CompactSwitches
{
    // Reused for all bundles, to avoid allocations.
    private readonly List<long> _times = [];
    private readonly List<long> _states = [];
    private readonly List<long> _nextTids = [];
    private readonly List<long> _nextComms = [];
    private readonly List<int> _comms = [];

    public int Count { get; private set; }

    /// <summary>Number of sched_waking events in the bundle.</summary>
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

    /// <summary>The interner's number of the next thread's comm; 0 if the index is invalid.</summary>
    public int NextComm(int index) => (ulong)_nextComms[index] < (ulong)_comms.Count ? _comms[(int)_nextComms[index]] : 0;

    /// <summary>Reads the lists of a message. False if they are damaged or differ in length; then the shortest length counts.</summary>
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

    // A packed list, or one entry of an unpacked list.
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

/// <summary>The running thread of each CPU, from switches and events. It is needed because compact switches have no previous
/// thread.</summary>
internal sealed class RunningTasks
{
    /// <summary>No event has shown the thread, or events were lost since then.</summary>
    public const int Unknown = -1;

    private readonly (int Tid, int Comm)[] _byCpu = new (int Tid, int Comm)[CpuStreams.CpusMax];

    public RunningTasks() => ForgetAll();

    /// <summary>The thread of a CPU, and the number of its comm in the CPU's stream.</summary>
    public ref (int Tid, int Comm) At(int cpu) => ref _byCpu[cpu];

    /// <summary>Makes the threads of all CPUs unknown, because packets of unknown CPUs were lost.</summary>
    public void ForgetAll() => Array.Fill(_byCpu, (Unknown, 0));
}

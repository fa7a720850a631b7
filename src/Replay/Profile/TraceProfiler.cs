namespace ForkTrace.Replay.Profile;

/// <summary>One pass over a recording's operations, in order. A long recording is passed stretch by stretch.</summary>
internal sealed class TraceProfiler
{
    private const int DefaultWindows = 100;
    private const int EvidenceLevels = 3;
    private const long Unknown = long.MinValue;

    private readonly long _windowNs;
    private StackOperations _operations;
    private byte[] _kinds = [];
    private long[] _allocatedNs = [];
    private long[] _releasedNs = [];
    private ushort[] _forkCpus = [];
    private bool _isEmpty = true;
    private readonly LatencyHistogram[] _lifetimes = Histograms(TaskKinds.Names.Length);
    private readonly LatencyHistogram[] _stackDelays = Histograms(EvidenceLevels);
    private readonly LatencyHistogram[] _taskDelays = Histograms(EvidenceLevels);
    private readonly Dictionary<(int Fork, int Death), long> _pairs = [];
    private readonly GracePeriodBatches _batches;
    private readonly TraceWindow[] _windows;

    /// <param name="operations">The recording, or its first stretch.</param>
    /// <param name="windowNs">Length of a window in ns; 0 divides the recording into a hundred.</param>
    public TraceProfiler(StackOperations operations, long windowNs)
    {
        long durationNs = operations.LastNs - operations.FirstNs;
        _operations = operations;
        _windowNs = windowNs > 0 ? windowNs : Math.Max(1, durationNs / DefaultWindows);
        _batches = new GracePeriodBatches(operations.FirstNs);
        _windows = new TraceWindow[(durationNs / _windowNs) + 1];
        for (int window = 0; window < _windows.Length; window++)
            _windows[window] = new TraceWindow(window * _windowNs, 0, 0, 0);
    }

    /// <summary>Adds a stretch. Stretches must come in order, beginning with the first.</summary>
    /// <param name="stretch">Its operations.</param>
    /// <param name="kinds">The kind of each task (<see cref="TaskKinds"/>).</param>
    public void Add(StackOperations stretch, byte[] kinds)
    {
        _operations = stretch;
        _kinds = kinds;
        int known = _allocatedNs.Length;
        if (stretch.Tasks > known)
        {
            Array.Resize(ref _allocatedNs, stretch.Tasks);
            Array.Resize(ref _releasedNs, stretch.Tasks);
            Array.Resize(ref _forkCpus, stretch.Tasks);
            _allocatedNs.AsSpan(known).Fill(Unknown);
            _releasedNs.AsSpan(known).Fill(Unknown);
        }

        foreach (int task in stretch.Shown ?? [])
            _allocatedNs[task] = _releasedNs[task] = Unknown;
        for (int index = 0; index < stretch.Count; index++)
            Note(index);
        _isEmpty &= stretch.Count == 0;
    }

    /// <summary>The profile, after all stretches are added.</summary>
    public TraceProfile Finish() => new()
    {
        Lifetimes =
        [
            .. _lifetimes.Select((histogram, kind) => new LifetimeHistogram(TaskKinds.Names[kind], histogram))
                .Where(kind => kind.Lifetimes.Count > 0),
        ],
        Delays = [.. Delays(StackOperationKind.StackCallback, _stackDelays), .. Delays(StackOperationKind.TaskFree, _taskDelays)],
        CpuPairs = [.. _pairs.OrderBy(pair => pair.Key).Select(pair => new CpuPair(pair.Key.Fork, pair.Key.Death, pair.Value))],
        GracePeriods = _batches.Finish(),
        WindowNs = _windowNs,
        Windows = _isEmpty ? [] : [.. _windows],
    };

    private static LatencyHistogram[] Histograms(int count) => [.. Enumerable.Range(0, count).Select(_ => new LatencyHistogram())];

    private static IEnumerable<CallbackDelays> Delays(StackOperationKind operation, LatencyHistogram[] byEvidence) => byEvidence
        .Select((histogram, evidence) => new CallbackDelays(operation, (Evidence)evidence, histogram))
        .Where(delays => delays.Delays.Count > 0);

    private void Note(int index)
    {
        long timeNs = _operations.TimesNs[index];
        int task = _operations.TaskIds[index];
        ref TraceWindow window = ref _windows[(timeNs - _operations.FirstNs) / _windowNs];
        switch (_operations.Kinds[index])
        {
            case StackOperationKind.Allocate:
                window = window with { Forks = window.Forks + 1 };
                _allocatedNs[task] = timeNs;
                _forkCpus[task] = _operations.Cpus[index];
                break;
            case StackOperationKind.Release:
                window = window with { Deaths = window.Deaths + 1 };
                if (!_operations.IsFailedFork(task))
                    NoteDeath(task, timeNs, _operations.Cpus[index], _operations.EvidenceOf[index]);
                break;
            case StackOperationKind.StackCallback when _releasedNs[task] != Unknown:
                _stackDelays[(int)_operations.EvidenceOf[index]].Record(timeNs - _releasedNs[task]);
                break;
            case StackOperationKind.TaskFree when !_operations.IsFailedFork(task):
                window = window with { Callbacks = window.Callbacks + 1 };
                NoteFree(task, timeNs, _operations.EvidenceOf[index]);
                break;
        }
    }

    // The time and CPU of a death in a gap are unknown.
    private void NoteDeath(int task, long timeNs, int cpu, Evidence evidence)
    {
        _releasedNs[task] = timeNs;
        if (_allocatedNs[task] == Unknown || evidence == Evidence.Modelled)
            return;
        _lifetimes[_kinds[task]].Record(timeNs - _allocatedNs[task]);
        (int Fork, int Death) pair = (_forkCpus[task], cpu);
        _pairs[pair] = _pairs.GetValueOrDefault(pair) + 1;
    }

    private void NoteFree(int task, long timeNs, Evidence evidence)
    {
        if (_releasedNs[task] == Unknown)
            return;
        _taskDelays[(int)evidence].Record(timeNs - _releasedNs[task]);
        _batches.Add(timeNs, _releasedNs[task], evidence);
    }
}

namespace ForkTrace.Ingest.Columns;

/// <summary>The stream of each CPU, created at its first sample, and the time of its latest sample.</summary>
internal sealed class CpuStreams : IDisposable
{
    /// <summary>The largest CONFIG_NR_CPUS of any kernel (8192 on x86 with MAXSMP). CPU numbers must be below it.</summary>
    public const int CpusMax = 8192;

    private readonly RawEventStream?[] _streams = new RawEventStream?[CpusMax];
    private readonly long[] _lastNs = new long[CpusMax];
    private readonly List<RawEventStream> _begun = [];
    private bool _isTaken;

    /// <summary>The cgroups of all streams.</summary>
    public CgroupPaths Cgroups { get; } = new();

    /// <summary>The existing streams, by CPU.</summary>
    public IReadOnlyList<RawEventStream> All => [.. _streams.OfType<RawEventStream>()];

    /// <summary>The existing streams, in the order in which they began.</summary>
    public IReadOnlyList<RawEventStream> Begun => _begun;

    /// <summary>The latest of the CPUs' latest times; long.MinValue if there was no sample.</summary>
    public long LatestNs
    {
        get
        {
            long latestNs = long.MinValue;
            foreach (RawEventStream stream in _begun)
                latestNs = Math.Max(latestNs, _lastNs[stream.Cpu]);
            return latestNs;
        }
    }

    /// <summary>Hands the streams over. The caller must dispose them.</summary>
    public IReadOnlyList<RawEventStream> Take()
    {
        _isTaken = true;
        return All;
    }

    /// <summary>The stream of a CPU below <see cref="CpusMax"/>. Sets its latest time to <paramref name="timeNs"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RawEventStream At(int cpu, long timeNs)
    {
        _lastNs[cpu] = timeNs;
        return _streams[cpu] ?? Begin(cpu);
    }

    private RawEventStream Begin(int cpu)
    {
        RawEventStream stream = new(cpu) { Cgroups = Cgroups };
        _begun.Add(stream);
        return _streams[cpu] = stream;
    }

    /// <summary>Time of the latest sample of a CPU; long.MinValue if there is none.</summary>
    public long LastNs(int cpu) => (uint)cpu < (uint)_streams.Length && _streams[cpu] is not null ? _lastNs[cpu] : long.MinValue;

    public void Dispose()
    {
        foreach (RawEventStream stream in _isTaken ? [] : All)
            stream.Dispose();
    }
}

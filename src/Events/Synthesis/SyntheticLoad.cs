namespace ForkTrace.Events.Synthesis;

/// <summary>A load with a known shape, and its parameters. The same parameters give the same events.</summary>
public sealed record SyntheticLoad
{
    /// <summary>Most forks of a load: task ids have 32 bits.</summary>
    public const int ForksMax = 2_000_000_000;

    // Rows of a batch of an event file.
    private const int BatchRows = 1 << 20;

    public required LoadShape Shape { get; init; }

    /// <summary>Number of forks, over all CPUs that fork.</summary>
    public int Forks { get; init; } = 20_000;

    /// <summary>Time between two forks of a CPU, ns, at least 8. Bursts follow each other as soon as callbacks have run.</summary>
    public long PeriodNs { get; init; } = 1_000_000;

    /// <summary>Length of a grace period, ns: the callbacks of tasks that died within one run together at its end.</summary>
    public long GracePeriodNs { get; init; } = 10_000_000;

    public int Cpus { get; init; } = 1;
    public int Burst { get; init; } = 8;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>The shape with every parameter.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Shape} forks={Forks} period_ns={PeriodNs} grace_period_ns={GracePeriodNs} cpus={Cpus} burst={Burst} seed={Seed}");

    /// <summary>
    /// The events, in memory that does not grow with their number. The digest of their recording is that of <see cref="ToString"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The load would last for more than 146 years, beyond the range of times.</exception>
    public EventStream Stream() => Stream(BatchRows);

    /// <summary>The events as one table.</summary>
    /// <exception cref="ArgumentException">The load would last for more than 146 years, beyond the range of times.</exception>
    public EventTable Make()
    {
        using EventStream stream = Stream();
        while (stream.Next() is not null)
        {
        }

        // A second pass, now that the number of rows is known.
        return Stream(checked((int)stream.Facts.EventsStored)).Next()!;
    }

    /// <summary>Callbacks come in batches: those of all tasks that died in one grace period run at its end.</summary>
    internal long FreeNs(long deathNs) => (((deathNs / GracePeriodNs) + 1) * GracePeriodNs) + (PeriodNs / 4);

    private SyntheticStream Stream(int batchRows)
    {
        if (LongestNs > long.MaxValue / 2)
            throw new ArgumentException("the load would last for more than 146 years: ask for fewer forks, a higher rate or shorter grace periods");
        int tasks = 0;
        RowSource[] sources = Shape == LoadShape.Build ? [new BuildSource(this)] : OfEachCpu(ref tasks);
        TraceFacts facts = new()
        {
            Trace = $"synth {ToString()}",
            Format = "synthetic",
            Digest = RecordingDigest.Of(ToString()),
            Kernel = "6.18.0",
            Clock = "mono",
            Cpus = Cpus,
            Tasks = Shape == LoadShape.Build ? BuildSource.Makes(Cpus) + Forks : tasks,
        };
        return new SyntheticStream(sources, facts, Shape == LoadShape.Build ? BuildSource.Comms : CommTable.Empty, batchRows);
    }

    private double LongestNs => Shape == LoadShape.Bursts
        ? Math.Ceiling((double)Forks / Cpus / Burst) * ((2.0 * GracePeriodNs) + (3000.0 * Burst))
        : ((double)Forks * PeriodNs) + (4.0 * GracePeriodNs);

    private RowSource[] OfEachCpu(ref int tasks)
    {
        RowSource[] sources = new RowSource[Shape == LoadShape.Crossing ? Cpus / 2 : Cpus];
        for (int index = 0; index < sources.Length; index++)
        {
            int forks = (Forks / sources.Length) + (index < Forks % sources.Length ? 1 : 0);
            sources[index] = Shape switch
            {
                LoadShape.Sequential => new SequenceSource(this, tasks, forks, index, index),
                LoadShape.Crossing => new SequenceSource(this, tasks, forks, 2 * index, (2 * index) + 1),
                LoadShape.Bursts => new BurstSource(this, tasks, forks, index),
                _ => new WalkSource(this, tasks, forks, index),
            };
            tasks += forks + (Shape == LoadShape.Independent ? WalkSource.LiveAtStart : 0);
        }

        return sources;
    }
}

/// <summary>Shapes of loads. All hit rates but the last can be computed by hand; N is the capacity per CPU.</summary>
public enum LoadShape
{
    /// <summary>One task after the other on each CPU: rcu-cache hits min(1, N / (rate x grace period)); with early free, every fork
    /// hits.</summary>
    Sequential,

    /// <summary>k forks, then k deaths, then a pause in which all callbacks run: hits min(1, N / k) after the first burst.</summary>
    Bursts,

    /// <summary>Forks and deaths with equal probability, independent of each other: early free hits N / (N + 1).</summary>
    Independent,

    /// <summary>Forks on one CPU, deaths on its neighbour: per-CPU caches never hit.</summary>
    Crossing,

    /// <summary>A build server: make, sh, cc and as, by day and by night. Its hit rate has no closed form.</summary>
    Build,
}

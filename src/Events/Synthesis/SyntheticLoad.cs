namespace ForkTrace.Events.Synthesis;

/// <summary>A load of a known shape, with its parameters. The same parameters give the same events.</summary>
public sealed record SyntheticLoad
{
    // Live tasks that a random walk begins with, so that it seldom runs out of them.
    private const int LiveAtStart = 2000;
    private const long StepNs = 1000;

    public required LoadShape Shape { get; init; }

    /// <summary>Forks in all, over the CPUs that fork.</summary>
    public int Forks { get; init; } = 20_000;

    /// <summary>Time between two forks of a CPU, ns, at least 8; bursts follow each other as soon as callbacks have run.</summary>
    public long PeriodNs { get; init; } = 1_000_000;

    /// <summary>What died within one such time has its callbacks together when it is over, ns.</summary>
    public long GracePeriodNs { get; init; } = 10_000_000;

    public int Cpus { get; init; } = 1;
    public int Burst { get; init; } = 8;

    /// <summary>Drives what is random.</summary>
    public int Seed { get; init; }

    /// <summary>The shape with every parameter.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Shape} forks={Forks} period_ns={PeriodNs} grace_period_ns={GracePeriodNs} cpus={Cpus} burst={Burst} seed={Seed}");

    /// <summary>The events. They stand for a recording whose digest is that of <see cref="ToString"/>.</summary>
    public EventTable Make()
    {
        TraceSketch trace = new()
        {
            Name = $"synth {ToString()}",
            Digest = RecordingDigest.Of(ToString()),
            Cpus = Cpus,
        };
        int forking = Shape == LoadShape.Crossing ? Cpus / 2 : Cpus;
        for (int index = 0; index < forking; index++)
        {
            int forks = (Forks / forking) + (index < Forks % forking ? 1 : 0);
            switch (Shape)
            {
                case LoadShape.Sequential:
                    AddSequence(trace, forks, index, index);
                    break;
                case LoadShape.Crossing:
                    AddSequence(trace, forks, 2 * index, (2 * index) + 1);
                    break;
                case LoadShape.Bursts:
                    AddBursts(trace, forks, index);
                    break;
                default:
                    AddWalk(trace, forks, index);
                    break;
            }
        }

        return trace.ToTable();
    }

    // Callbacks come in batches: all that died in one grace period run when it is over.
    private long FreeNs(long deathNs) => (((deathNs / GracePeriodNs) + 1) * GracePeriodNs) + (PeriodNs / 4);

    private void AddSequence(TraceSketch trace, int forks, int forkCpu, int deathCpu)
    {
        for (int index = 0; index < forks; index++)
        {
            long forkNs = index * PeriodNs;
            long deathNs = forkNs + (PeriodNs / 2);
            int task = trace.Fork(forkNs, forkCpu);
            trace.Die(deathNs, deathCpu, task);
            trace.Free(FreeNs(deathNs), deathCpu, task);
        }
    }

    private void AddBursts(TraceSketch trace, int forks, int cpu)
    {
        long timeNs = 0;
        for (int left = forks; left > 0; left -= Burst)
        {
            int[] tasks = new int[Math.Min(Burst, left)];
            for (int index = 0; index < tasks.Length; index++)
                tasks[index] = trace.Fork(timeNs += StepNs, cpu);
            foreach (int task in tasks)
                trace.Die(timeNs += StepNs, cpu, task);
            timeNs += 2 * GracePeriodNs;
            foreach (int task in tasks)
                trace.Free(timeNs += StepNs, cpu, task);
        }
    }

    private void AddWalk(TraceSketch trace, int forks, int cpu)
    {
        Random random = new(SeedOf(Seed, cpu));
        Queue<int> live = new(Enumerable.Range(0, LiveAtStart).Select(_ => trace.NewTaskId()));
        long timeNs = 0;
        for (int done = 0; done < forks;)
        {
            timeNs += Math.Max(1, PeriodNs / 2);
            if (random.Next(2) == 0 || live.Count == 0)
            {
                live.Enqueue(trace.Fork(timeNs, cpu));
                done++;
                continue;
            }

            int task = live.Dequeue();
            trace.Die(timeNs, cpu, task);
            trace.Free(FreeNs(timeNs), cpu, task);
        }
    }

    private static int SeedOf(int seed, int cpu) => unchecked((seed * 31) + (cpu * 7919));
}

/// <summary>Loads whose hit rate is known by pencil and paper; N is the cache's capacity a CPU.</summary>
public enum LoadShape
{
    /// <summary>One task after the other on each CPU: rcu-cache hits min(1, N / (rate x grace period)), early free always.</summary>
    Sequential,

    /// <summary>k forks, then k deaths, then a pause in which all callbacks run: min(1, N / k) after the first.</summary>
    Bursts,

    /// <summary>Forks and deaths with equal chance, independent of each other: early free hits N / (N + 1).</summary>
    Independent,

    /// <summary>Forks on one CPU, deaths on its neighbour: caches of one CPU never hit.</summary>
    Crossing,
}

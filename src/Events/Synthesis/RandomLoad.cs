namespace ForkTrace.Events.Synthesis;

/// <summary>Forks, deaths and frees at random: every task is forked, most die, most of these are freed.</summary>
public static class RandomLoad
{
    /// <summary>Same as <see cref="Make"/>, but now and then a CPU goes offline. It is back at the next event on it.</summary>
    public static TraceSketch MakeWithHotplug(int seed, int forks, int cpus)
    {
        TraceSketch trace = Make(seed, forks, cpus);
        Random random = new(seed);
        long endNs = 1_000_000 + (forks * 280_000L);
        for (int index = 0; cpus > 1 && index < forks / 40; index++)
        {
            int cpu = random.Next(cpus);
            trace.TakeDown(random.NextInt64(endNs), cpu, (cpu + 1) % cpus);
        }

        return trace;
    }

    /// <summary>
    /// Same as <see cref="Make"/>, but now and then the recorder loses events: of one CPU, of all CPUs, or of an unknown CPU.
    /// </summary>
    public static TraceSketch MakeWithLosses(int seed, int forks, int cpus)
    {
        Random random = new(seed);
        long endNs = 1_000_000 + (forks * 280_000L);
        ImmutableArray<LossInterval>.Builder losses = ImmutableArray.CreateBuilder<LossInterval>();
        for (int index = 0; index < 1 + (forks / 60); index++)
        {
            int cpu = random.Next(8) == 0 ? -1 : random.Next(cpus);
            long fromNs = random.NextInt64(endNs);
            long toNs = fromNs + random.Next(3_000_000);
            losses.Add(new LossInterval(cpu, random.Next(20) == 0 ? long.MinValue : fromNs, random.Next(20) == 0 ? long.MaxValue : toNs, -1));
        }

        return Make(seed, forks, cpus, losses.ToImmutable());
    }

    /// <summary>The load of a seed; every call gives the same one. Events that the recorder lost are left out.</summary>
    public static TraceSketch Make(int seed, int forks, int cpus, ImmutableArray<LossInterval> losses = default)
    {
        Random random = new(seed);
        TraceSketch trace = new() { Cpus = cpus, Losses = losses.IsDefault ? [] : losses };
        long timeNs = 1_000_000;
        for (int index = 0; index < forks; index++)
        {
            // Bursts: most forks follow closely, some after a pause.
            timeNs += random.Next(10) == 0 ? random.Next(5_000_000) : random.Next(20_000);
            int cpu = random.Next(cpus);
            int task = IsLost(trace.Losses, cpu, timeNs) ? trace.NewTaskId() : trace.Fork(timeNs, cpu);
            if (random.Next(20) == 0)
                continue;
            int deathCpu = random.Next(cpus);
            long deathNs = timeNs + 1 + random.Next(10_000_000);
            bool zombie = random.Next(2) == 0;
            if (!IsLost(trace.Losses, deathCpu, deathNs))
                trace.Die(deathNs, deathCpu, task, zombie);
            if (random.Next(10) == 0)
                continue;
            long freeNs = deathNs + 4_000_000 + random.Next(12_000_000);
            int freeCpu = zombie ? random.Next(cpus) : deathCpu;
            if (!IsLost(trace.Losses, freeCpu, freeNs))
                trace.Free(freeNs, freeCpu, task);
        }

        return trace;
    }

    // Every second event of a loss that does not name its CPU.
    private static bool IsLost(ImmutableArray<LossInterval> losses, int cpu, long timeNs) => losses.Any(loss =>
        timeNs > loss.FromNs && timeNs < loss.ToNs && (loss.Cpu == cpu || (loss.Cpu < 0 && timeNs % 2 == 0)));
}

namespace ForkTrace.Events.Synthesis;

/// <summary>Forks, deaths and frees at random: every task is forked, most die, most of these are freed.</summary>
public static class RandomLoad
{
    /// <summary>As <see cref="Make"/>, and now and then a CPU goes offline. It is back with the next event on it.</summary>
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

    /// <summary>The load of a seed: the same at every call.</summary>
    public static TraceSketch Make(int seed, int forks, int cpus)
    {
        Random random = new(seed);
        TraceSketch trace = new() { Cpus = cpus };
        long timeNs = 1_000_000;
        for (int index = 0; index < forks; index++)
        {
            // Bursts: most forks follow at once, some after a pause.
            timeNs += random.Next(10) == 0 ? random.Next(5_000_000) : random.Next(20_000);
            int task = trace.Fork(timeNs, random.Next(cpus));
            if (random.Next(20) == 0)
                continue;
            int deathCpu = random.Next(cpus);
            long deathNs = timeNs + 1 + random.Next(10_000_000);
            bool zombie = random.Next(2) == 0;
            trace.Die(deathNs, deathCpu, task, zombie);
            if (random.Next(10) != 0)
                trace.Free(deathNs + 4_000_000 + random.Next(12_000_000), zombie ? random.Next(cpus) : deathCpu, task);
        }

        return trace;
    }
}

using ForkTrace.Events;
using ForkTrace.Events.Synthesis;

namespace ForkTrace.TestKit;

/// <summary>The loads with a known hit rate, made with all rows in memory, task by task, and sorted at the end.</summary>
public sealed class SlowLoad(SyntheticLoad load)
{
    private const int LiveAtStart = 2000;
    private const long StepNs = 1000;

    public EventTable Make()
    {
        TraceSketch trace = new()
        {
            Name = $"synth {load}",
            Digest = RecordingDigest.Of(load.ToString()),
            Cpus = load.Cpus,
        };
        int forking = load.Shape == LoadShape.Crossing ? load.Cpus / 2 : load.Cpus;
        for (int index = 0; index < forking; index++)
        {
            int forks = (load.Forks / forking) + (index < load.Forks % forking ? 1 : 0);
            switch (load.Shape)
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

    // Callbacks run in batches: those of all tasks that died in one grace period run at its end.
    private long FreeNs(long deathNs) => (((deathNs / load.GracePeriodNs) + 1) * load.GracePeriodNs) + (load.PeriodNs / 4);

    private void AddSequence(TraceSketch trace, int forks, int forkCpu, int deathCpu)
    {
        for (int index = 0; index < forks; index++)
        {
            long forkNs = index * load.PeriodNs;
            long deathNs = forkNs + (load.PeriodNs / 2);
            int task = trace.Fork(forkNs, forkCpu);
            trace.Die(deathNs, deathCpu, task);
            trace.Free(FreeNs(deathNs), deathCpu, task);
        }
    }

    private void AddBursts(TraceSketch trace, int forks, int cpu)
    {
        long timeNs = 0;
        for (int left = forks; left > 0; left -= load.Burst)
        {
            int[] tasks = new int[Math.Min(load.Burst, left)];
            for (int index = 0; index < tasks.Length; index++)
                tasks[index] = trace.Fork(timeNs += StepNs, cpu);
            foreach (int task in tasks)
                trace.Die(timeNs += StepNs, cpu, task);
            timeNs += 2 * load.GracePeriodNs;
            foreach (int task in tasks)
                trace.Free(timeNs += StepNs, cpu, task);
        }
    }

    private void AddWalk(TraceSketch trace, int forks, int cpu)
    {
        Random random = new(unchecked((load.Seed * 31) + (cpu * 7919)));
        Queue<int> live = new(Enumerable.Range(0, LiveAtStart).Select(_ => trace.NewTaskId()));
        long timeNs = 0;
        for (int done = 0; done < forks;)
        {
            timeNs += Math.Max(1, load.PeriodNs / 2);
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
}

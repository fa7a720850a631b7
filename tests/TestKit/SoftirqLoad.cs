using ForkTrace.Events;

namespace ForkTrace.TestKit;

/// <summary>
/// Processes that die on any CPU and are reaped at once on CPU 1, where their task callbacks run. The softirqs come from <see
/// cref="SlowRcu"/>.
/// </summary>
public sealed class SoftirqLoad
{
    private SoftirqLoad(EventTable events, Dictionary<int, long> ranNs) => (Events, RanNs) = (events, ranNs);

    public EventTable Events { get; }

    /// <summary>By task: the time when its stack's callback ran, ns.</summary>
    public IReadOnlyDictionary<int, long> RanNs { get; }

    /// <param name="seed">The same seed gives the same load.</param>
    /// <param name="cpus">At least 2.</param>
    /// <param name="meanGapNs">Mean time from one fork to the next.</param>
    /// <param name="unseenReaping">True to leave half of the children as zombies until the end.</param>
    /// <param name="forks">Number of processes.</param>
    public static SoftirqLoad Make(int seed, int cpus, int meanGapNs, bool unseenReaping = false, int forks = 1_000)
    {
        SyntheticTrace trace = new() { Cpus = cpus };
        SlowRcu rcu = new(trace, seed);
        Random random = new(seed);
        Dictionary<int, long> ranNs = [];
        long timeNs = 0;
        List<int> zombies = [];
        for (int index = 0; index < forks; index++)
        {
            timeNs += random.Next(2 * meanGapNs);
            int task = trace.Fork(timeNs, 1);
            timeNs += random.Next(200_000);
            int cpu = random.Next(cpus);
            trace.Die(timeNs, cpu, task, zombie: true);
            rcu.Queue(timeNs, cpu, runNs => ranNs[task] = runNs);
            if (unseenReaping && index % 2 == 0)
                zombies.Add(task);
            else
                rcu.Queue(timeNs + 1, 1, runNs => trace.Free(runNs, 1, task));
        }

        foreach (int task in zombies)
            rcu.Queue(timeNs += 1_000, 1, runNs => trace.Free(runNs, 1, task));
        rcu.PlayUntil(timeNs + 100_000_000);
        return new SoftirqLoad(trace.ToTable(), ranNs);
    }
}

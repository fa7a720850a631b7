using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Rcu;
using ForkTrace.TestKit;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>The search finds exactly the same grace periods as its slow twin.</summary>
public sealed class GracePeriodSearchTests
{
    [Theory]
    [InlineData("vm-6.1/prefork.dat")]
    [InlineData("vm-6.1/prefork.report_t_head.txt.zst")]
    [InlineData("vm-6.1/pthread.dat")]
    [InlineData("built-6.1/ftrace_prefork.txt.zst")]
    [InlineData("kernels/ftrace_arm64.txt.zst")]
    [InlineData("kernels/ftrace_arm64-16k.txt.zst")]
    [InlineData("kernels/ftrace_ppc64le-64k.txt.zst")]
    [InlineData("kernels/ftrace_riscv64.txt.zst")]
    [InlineData("kernels/ftrace_s390x.txt.zst")]
    public void Of_recordings(string name)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(name));
        RequireSame(events);
        RequireSame(LostEvents.Of(events, 0, events.Count / 20, events.Count / 20));
    }

    [Theory]
    [InlineData(2, 2_500_000)]
    [InlineData(2, 800_000)]
    [InlineData(3, 12_000_000)]
    [InlineData(8, 700_000)]
    [InlineData(40, 300_000)]
    public void Of_random_loads(int cpus, int meanGapNs)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            EventTable events = SoftirqLoad.Make(seed, cpus, meanGapNs, unseenReaping: seed % 3 == 0, forks: 250).Events;
            RequireSame(seed % 2 == 0 ? events : LostEvents.Of(events, 1, events.Count / (8 * cpus), events.Count / (20 * cpus)));
        }
    }

    // Random softirqs, which no machine would have, so that nothing fits and many histories have the same cost.
    [Fact]
    public void Of_softirqs_at_random()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            int cpus = 1 + random.Next(6);
            SyntheticTrace trace = new() { Cpus = cpus };
            long timeNs = 0;
            for (int index = 0; index < 300; index++)
            {
                timeNs += random.Next(2) == 0 ? 1_000_000 : random.Next(3_000_000);
                int cpu = random.Next(cpus), task = trace.Fork(timeNs, cpu);
                trace.Die(timeNs + 1 + random.Next(100_000), random.Next(cpus), task, zombie: random.Next(4) != 0);
                int looking = random.Next(cpus);
                trace.Add(timeNs + 200_000, looking, EventKind.RcuSoftirqEntry, -1, -1, 9);
                if (random.Next(3) == 0)
                    trace.Free(timeNs + 201_000, looking, random.Next(task + 1));
                trace.Add(timeNs + 202_000 + random.Next(30_000), looking, EventKind.RcuSoftirqExit, -1, -1, 9);
            }

            RequireSame(trace.ToTable());
        }
    }

    [Fact]
    public void The_chain_keeps_what_histories_differ_in()
    {
        GracePeriodChain chain = new();
        Random random = new(1);
        int[] links = [GracePeriodChain.Root, GracePeriodChain.Root, GracePeriodChain.Root];
        List<GracePeriod>[] histories = [[], [], []];
        for (int step = 0; step < 20_000; step++)
        {
            if (chain.IsFull(1) || random.Next(1000) == 0)
                chain.Trim(links);
            int history = random.Next(3);
            if (random.Next(50) == 0)
            {
                int other = random.Next(3);
                (links[history], histories[history]) = (links[other], [.. histories[other]]);
            }

            GracePeriod period = new(step, step + 1, random.Next(4));
            histories[history].Add(period);
            links[history] = chain.Add(period, links[history]);
        }

        Assert.True(chain.Capacity <= 8192, $"{chain.Capacity} links");
        Assert.Equal(histories[2], chain.History(links[2]));
    }

    private static void RequireSame(EventTable events)
    {
        GracePeriods periods = new(events);
        Assert.True(periods.Bursts > 20);
        Assert.Equal(periods.FindSlowly(), periods.Find());
    }
}

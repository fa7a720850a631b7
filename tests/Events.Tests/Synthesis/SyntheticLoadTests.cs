using ForkTrace.Events.Synthesis;
using ForkTrace.TestKit;

namespace ForkTrace.Events.Tests.Synthesis;

/// <summary>Loads are in time order, with the same order of ties as before, in memory that does not grow.</summary>
public sealed class SyntheticLoadTests
{
    [Theory]
    [InlineData(LoadShape.Sequential)]
    [InlineData(LoadShape.Bursts)]
    [InlineData(LoadShape.Independent)]
    [InlineData(LoadShape.Crossing)]
    public void Rows_are_those_of_the_slow_twin(LoadShape shape)
    {
        Random random = new((int)shape);
        for (int round = 0; round < 40; round++)
        {
            SyntheticLoad load = new()
            {
                Shape = shape,
                Cpus = 2 + random.Next(6),
                Forks = 1 + random.Next(3000),
                PeriodNs = 8 + random.Next(random.Next(2) == 0 ? 100 : 1_000_000),
                GracePeriodNs = 1 + random.Next(random.Next(2) == 0 ? 100 : 20_000_000),
                Burst = 1 + random.Next(12),
                Seed = round,
            };
            RequireSame(new SlowLoad(load).Make(), load);
        }
    }

    [Theory]
    [InlineData(1, 40_000, 8_000_000, 10_000_000)]
    [InlineData(2, 1, 8_000_000, 10_000_000)]
    [InlineData(8, 100_000, 8_000_000, 25_000_000)]
    [InlineData(3, 50_000, 100, 1)]
    [InlineData(5, 50_000, 1_000_000_000, 1_000)]
    [InlineData(64, 100_000, 50_000, 60_000_000_000)]
    public void A_build_server_reaps_and_frees_every_child_in_order(int cpus, int forks, long periodNs, long gracePeriodNs)
    {
        SyntheticLoad load = new() { Shape = LoadShape.Build, Cpus = cpus, Forks = forks, PeriodNs = periodNs, GracePeriodNs = gracePeriodNs, Seed = 3 };
        EventTable events = load.Make();
        EventKind[] order = [EventKind.NewTask, EventKind.Wait, EventKind.Exit, EventKind.DeathSwitch, EventKind.Free];
        int makes = events.Facts.Tasks - forks, living = 0, most = 0;
        int[] seen = new int[events.Facts.Tasks], parents = new int[events.Facts.Tasks], allocating = new int[events.Facts.Tasks];
        Assert.Equal(6 * forks, events.Count);
        for (int row = 0; row < events.Count; row++)
        {
            int task = events.Tasks[row];
            Assert.True(row == 0 || events.TimesNs[row] >= events.TimesNs[row - 1]);
            Assert.InRange(events.Cpus[row], 0, cpus - 1);
            if (events.Kinds[row] == EventKind.TaskAlloc)
            {
                Assert.Equal(1, ++allocating[task]);
                Assert.True(task < makes || seen[task] == 2);
                continue;
            }

            if (events.Kinds[row] == EventKind.NewTask)
            {
                parents[task] = events.Others[row];
                Assert.Equal(0, --allocating[parents[task]]);
                most = Math.Max(most, ++living);
            }

            if (events.Kinds[row] == EventKind.Wait)
            {
                Assert.Equal(task, parents[events.Others[row]]);
                task = events.Others[row];
            }

            Assert.Equal(order[seen[task]++ % 5], events.Kinds[row]);
            living -= events.Kinds[row] == EventKind.DeathSwitch ? 1 : 0;
        }

        Assert.All(seen.Skip(makes), count => Assert.Equal(5, count));
        Assert.InRange(most, 1, 3 * makes);
    }

    // 86 million forks on 8 CPUs take a day. The rates differ between night and day, and the mean is right.
    [Fact]
    public void A_build_server_works_by_day()
    {
        SyntheticLoad load = new() { Shape = LoadShape.Build, Cpus = 1, Forks = 86_400, PeriodNs = 1_000_000_000 };
        EventTable events = load.Make();
        double quarters = events.Facts.LastNs / (86_400e9 / 4);
        Assert.InRange(quarters, 3.8, 4.2);
        int[] forks = new int[5];
        for (int row = 0; row < events.Count; row++)
            forks[(int)(events.TimesNs[row] / (86_400_000_000_000 / 4))] += events.Kinds[row] == EventKind.NewTask ? 1 : 0;
        Assert.True(forks[0] + forks[1] > 2 * (forks[2] + forks[3]), string.Join(' ', forks));
    }

    [Theory]
    [InlineData(LoadShape.Sequential)]
    [InlineData(LoadShape.Bursts)]
    [InlineData(LoadShape.Independent)]
    [InlineData(LoadShape.Crossing)]
    [InlineData(LoadShape.Build)]
    public void Memory_does_not_grow_with_the_forks(LoadShape shape)
    {
        SyntheticLoad load = new() { Shape = shape, Cpus = 4 };
        long few = AllocatedBytes(load with { Forks = 400_000 });
        long many = AllocatedBytes(load with { Forks = 1_600_000 });
        Assert.InRange(many, few - 1_000_000, few + 1_000_000);
    }

    [Fact]
    public void A_load_that_ends_after_the_end_of_time_is_rejected() => Assert.Contains(
        "the load would last for more than 146 years",
        Assert.Throws<ArgumentException>(() => new SyntheticLoad
        {
            Shape = LoadShape.Bursts,
            Forks = SyntheticLoad.ForksMax,
            Burst = 1,
            GracePeriodNs = 60_000_000_000,
        }.Stream()).Message,
        StringComparison.Ordinal);

    private static long AllocatedBytes(SyntheticLoad load)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using EventStream stream = load.Stream();
        long rows = 0;
        while (stream.Next() is { } batch)
            rows += batch.Count;
        Assert.Equal(stream.Facts.EventsStored, rows);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void RequireSame(EventTable expected, SyntheticLoad load)
    {
        using EventStream stream = load.Stream();
        EventTable made = stream.Next()!;
        Assert.True(expected.TimesNs.SequenceEqual(made.TimesNs), load.ToString());
        Assert.True(expected.Cpus.SequenceEqual(made.Cpus), load.ToString());
        Assert.True(expected.Kinds.SequenceEqual(made.Kinds), load.ToString());
        Assert.True(expected.Tasks.SequenceEqual(made.Tasks), load.ToString());
        Assert.True(expected.Others.SequenceEqual(made.Others), load.ToString());
        Assert.True(expected.Tids.SequenceEqual(made.Tids), load.ToString());
        Assert.True(expected.Values.SequenceEqual(made.Values), load.ToString());
        Assert.Null(stream.Next());
        Assert.Equal(TraceFactsJson.Serialize(expected.Facts), TraceFactsJson.Serialize(stream.Facts));
    }
}

using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>
/// Memory after hours of watching. These tests run alone, because they measure the memory of the process.
/// </summary>
[CollectionDefinition(nameof(WatchMemoryTests), DisableParallelization = true)]
[Collection(nameof(WatchMemoryTests))]
public sealed class WatchMemoryTests
{
    private const long SecondNs = 1_000_000_000;
    private static readonly string[] s_policies = ["linux-4.9", "linux-5.18:capacity=2|4|8|16", "rcu-cache", "early-free"];

    [Fact]
    public void Memory_does_not_grow()
    {
        using LongLoad load = new(seconds: 400, forksPerSecond: 500);
        using ReplayWatch watch = new(load, Replays.Plan(s_policies), SecondNs);
        long early = 0;
        int count = 0;
        while (watch.Next() is not null)
        {
            if (++count == 100)
                early = GC.GetTotalMemory(forceFullCollection: true);
            if (count == 390)
                Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - early, long.MinValue, 1 << 20);
        }

        Assert.InRange(count, 399, 401);
    }

    /// <summary>Tasks that are forked, die and are freed, for the given time, generated in batches.</summary>
    private sealed class LongLoad(int seconds, int forksPerSecond) : EventStream
    {
        private int _second;

        public override TraceFacts Facts { get; } = new() { Format = "test", Clock = "mono", Cpus = 1 };

        public override CommTable CommNames => CommTable.Empty;

        public override EventTable? Next()
        {
            if (_second == seconds)
                return null;
            EventColumns rows = new(3 * forksPerSecond);
            long stepNs = SecondNs / forksPerSecond;
            for (int index = 0; index < forksPerSecond; index++)
            {
                int task = 1 + (_second * forksPerSecond) + index;
                long timeNs = (_second * SecondNs) + (index * stepNs);
                rows.Add(timeNs, 0, EventKind.NewTask, task, 0, 100, 0, 0);
                rows.Add(timeNs + (stepNs / 3), 0, EventKind.DeathSwitch, task, -1, 100, 0, 0);
                rows.Add(timeNs + (stepNs / 2), 0, EventKind.Free, task, -1, 100, 0, 0);
            }

            _second++;
            rows.Complete(Facts, CommNames);
            return rows;
        }
    }
}

using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>A recording in progress is replayed in intervals of its clock.</summary>
public sealed class WatchTests
{
    private const long SecondNs = 1_000_000_000;
    private static readonly string[] s_policies = ["linux-4.9", "linux-5.18:capacity=2|4|8|16", "rcu-cache", "early-free"];

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 4, 1000)]
    public void Figures_since_the_start_are_those_of_a_replay(int seed, int cpus, int batchRows)
    {
        EventTable events = SyntheticTrace.Random(seed, 20_000, cpus);
        RequireReplay(events, batchRows, SecondNs / 10, allowedHits: 0);
    }

    [Theory]
    [InlineData("native-6.18/pthread.perf.data.zst")]
    [InlineData("native-6.18/make.perf.data.zst")]
    public void So_are_those_of_a_recording(string name) =>
        RequireReplay(TraceReader.Read(RepositoryFiles.SampleTrace(name)), 777, SecondNs / 4, allowedHits: 0);

    [Fact]
    public void Batches_do_not_matter()
    {
        EventTable events = SyntheticTrace.Random(3, 5000, 2);
        Assert.Equal(Told(Watch(events, 1, SecondNs)), Told(Watch(events, 4096, SecondNs)));
    }

    [Fact]
    public void An_interval_without_events_is_not_told_however_many_there_are()
    {
        SyntheticTrace trace = new();
        Live(trace, 0);
        Live(trace, 100 * SecondNs);
        Live(trace, long.MaxValue / 2);
        List<ReplayInterval> intervals = Watch(trace.ToTable(), 1, SecondNs);
        Assert.Equal([1L, 1, 1], intervals.Select(interval => interval.Cells[0].Forks));
        Assert.Equal(100 * SecondNs, intervals[1].FromNs - intervals[0].FromNs);
        Assert.Equal(101 * SecondNs, intervals[1].ToNs - intervals[0].FromNs);
    }

    [Fact]
    public void Stocks_are_those_at_the_end_of_an_interval()
    {
        SyntheticTrace trace = new();
        int task = trace.Fork(0, 0);
        trace.Die(SecondNs / 2, 0, task);
        trace.Free((3 * SecondNs) + 1, 0, task);
        trace.Fork(4 * SecondNs, 0);
        List<ReplayInterval> intervals = Watch(trace.ToTable(), 1, SecondNs, "rcu-cache");
        Assert.Equal([1L, 0, 0], intervals.Select(interval => interval.Own!.Total.WaitingStacks));
        Assert.Equal([0L, 16384, 0], intervals.Select(interval => interval.Own!.Total.CachedBytes));
    }

    private static void RequireReplay(EventTable events, int batchRows, long intervalNs, long allowedHits)
    {
        List<ReplayInterval> intervals = Watch(events, batchRows, intervalNs);
        ImmutableArray<CellResult> whole = ReplayEngine.Run(events, Replays.Plan(s_policies));
        Assert.Equal(whole.Length, intervals[^1].Cells.Length);
        for (int cell = 0; cell < whole.Length; cell++)
        {
            CellStanding last = intervals[^1].Cells[cell].Total;
            Assert.Equal(whole[cell].Allocations, last.Allocations);
            Assert.InRange(last.Hits, whole[cell].Hits - allowedHits, whole[cell].Hits + allowedHits);
            Assert.Equal(last.Allocations, last.Hits + last.Causes.Total);
            Assert.Equal(last.Hits, intervals.Sum(interval => interval.Cells[cell].Hits));
            Assert.Equal(last.Causes.RcuDelay, intervals.Sum(interval => interval.Cells[cell].Causes.RcuDelay));
        }
    }

    private static List<ReplayInterval> Watch(EventTable events, int batchRows, long intervalNs, params string[] policies)
    {
        using ReplayWatch watch = new(
            new TableStream(events, batchRows), Replays.Plan(policies.Length == 0 ? s_policies : policies), intervalNs);
        List<ReplayInterval> intervals = [];
        while (watch.Next() is { } interval)
            intervals.Add(interval);
        return intervals;
    }

    private static IEnumerable<string> Told(IEnumerable<ReplayInterval> intervals) =>
        intervals.SelectMany(interval => interval.Cells.Select(cell => $"{interval.FromNs} {interval.ToNs} {cell}"));

    private static void Live(SyntheticTrace trace, long timeNs)
    {
        int task = trace.Fork(timeNs, 0);
        trace.Die(timeNs + 1000, 0, task);
        trace.Free(timeNs + 2000, 0, task);
    }
}

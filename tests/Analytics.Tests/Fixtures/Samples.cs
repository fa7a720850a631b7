using System.Collections.Immutable;
using ForkTrace.Analytics.Storage;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Analytics.Tests.Fixtures;

/// <summary>Runs to store: results of the engine for <see cref="SmallTrace"/>, and a hand-made one with a value in every field.</summary>
internal static class Samples
{
    public static RunDescription Run { get; } = new(
        "0.1.0",
        "replay small.perf.data --policy 'rcu-cache'",
        new DateTimeOffset(2026, 2, 28, 12, 0, 0, TimeSpan.FromHours(2)),
        new DateTimeOffset(2026, 2, 28, 12, 0, 1, 500, TimeSpan.FromHours(2)))
    {
        Label = "before",
        Commit = "c0ffee",
    };

    public static RunDescription LaterRun { get; } = Run with
    {
        Version = "0.2.0",
        StartedAt = Run.StartedAt.AddDays(1),
        EndedAt = Run.EndedAt.AddDays(1),
    };

    /// <summary>A recording with all facts.</summary>
    public static TraceFacts Facts { get; } = SmallTrace.Read("xxh128:abc").Facts with
    {
        Trace = "o'brien \"quoted\".perf.data",
        Recorder = "perf record -e 'sched:*'",
        Lost = 5,
        Losses = [new LossInterval(1, 100, 200, 5), new LossInterval(-1, long.MinValue, long.MaxValue, -1)],
        Issues = [new ImportIssue(IssueSeverity.DataLoss, "lost_events", "5 events are missing.", 5)],
        TaskStructBytes = 9_792,
    };

    /// <summary>Fork latencies, all different.</summary>
    public static ImmutableArray<ForkLatency> ForkTimes { get; } = [Spread("hit", 3000), Spread("miss", 6000)];

    /// <summary>A different value in every field, so that swapped columns are detected.</summary>
    public static CellResult Distinct { get; } = new()
    {
        Cell = "00000000000000c1",
        Trace = Facts.Trace,
        TraceDigest = Facts.Digest,
        Policy = "rcu-cache",
        Parameters = ImmutableSortedDictionary<string, long>.Empty.Add("capacity", 2).Add("slack", -7),
        Conditions = new()
        {
            Seed = ulong.MaxValue,
            WarmupNs = 61,
            Start = CacheStart.Full,
            Lifecycle = new() { Rcu = RcuModel.Parse("hz=1000"), Pins = PinModel.Parse("1%:2us"), Topology = new([0, 1], []) },
            NodeMemory = NodeMemory.Interleave,
            VfreeDelayNs = 67,
        },
        Grade = new Grade(GradeLevel.D, [new OperationEvidence(StackOperationKind.Release, 31, 32, 33)], 5),
        Allocations = 8,
        FailedForks = 2,
        CutCaches = 80,
        Hits = 5,
        Misses = 3,
        CachedAtRelease = 11,
        CachedByCallback = 12,
        QueuedForRcu = 13,
        Freed = 14,
        Latency = Latency(10, 10, 20, 1_000_000),
        DifferenceToPagesNs = -512.25,
        DifferenceToPagesBound = ">=",
        MeanCostIntervalNs = new CostInterval(82, 83),
        Unpriced = ["zeroing"],
        CreateJoinUnpriced = ["vfree", "purge"],
        IsOtherEra = true,
        PurgeCostMeanNs = 81.5,
        Memory = new MemoryUse(new StockUse(101, 102.5, 103), new StockUse(201, 202.5, 203), new StockUse(301, 302.5, 303))
        {
            Stranded = new StockUse(401, 402.5, 403),
            WaitingForVfree = new StockUse(501, 502.5, 503),
            AddressSpace = new AddressSpaceUse(601, 602, 603.5),
        },
        PolicyVersion = 8,
        EngineVersion = 9,
        MeanCostStartingFullNs = 68.5,
        FreedOffline = 69,
        Expected = new ExpectedAgreement("alloc", 0.25, 0.75),
        Measured = new MeasuredAgreement(87, 0.875, 0.5, 0.125, 0.75),
        BoundHitRate = 0.875,
        Causes = new MissCauses(62, 63, 64, 65, 66),
        HitsStartingFull = 6,
        ReleaseCost = Latency(70, 70, 71, 72),
        ByCpu = [new CpuUse(9, 91, new MissCauses(92, 93, 94, 95, 96))],
        ByComm = [new CommUse("sh", 81, new MissCauses(82, 83, 84, 85, 86)), new CommUse("", 1, default)],
        ByCgroup = [new CgroupUse("/a", 181, new MissCauses(182, 183, 184, 185, 186)), new CgroupUse("", 1, default)],
        Reuse = new StackReuse(Latency(77, 77, 78, 79), 74, 75, 76),
        WindowNs = 1_000,
        Series = [new SeriesPoint(0, 41, 42, 43, 44, 45), new SeriesPoint(1_000, 51, 52, 53, 54, 55)],
    };

    /// <summary>A cell that cannot be replayed with the recording.</summary>
    public static CellResult Unmet { get; } = new()
    {
        Cell = "00000000000000c2",
        Trace = Facts.Trace,
        TraceDigest = Facts.Digest,
        Policy = "pages-rcu",
        Parameters = ImmutableSortedDictionary<string, long>.Empty,
        Grade = new Grade(GradeLevel.D, [], 5),
        Unmet = "the trace shows no fork",
    };

    /// <summary>The default policies, and a cache with four capacities, for the small recording.</summary>
    public static ReplayPlan Plan { get; } = ReplayPlan.Default with
    {
        Policies =
        [
            .. ReplayPlan.Default.Policies,
            .. new[] { "rcu-cache:capacity=1", "rcu-cache:capacity=4", "rcu-cache:capacity=64" }.Select(PolicySelection.Parse),
        ],
        Conditions = new() { Seed = 42 },
    };

    /// <summary>Replays the plan and stores the results, like the command line.</summary>
    public static long AddSmallRun(this ResultsDatabase database, RunDescription? run = null, int threads = 1)
    {
        using EventColumns events = SmallTrace.Read();
        return database.AddRun(run ?? Run, RunFindings.Of(events, Plan with { Threads = threads }));
    }

    private static LatencyHistogram Latency(params ReadOnlySpan<double> costsNs)
    {
        LatencyHistogram latency = new();
        foreach (double costNs in costsNs)
            latency.Record(costNs);
        return latency;
    }

    private static ForkLatency Spread(string outcome, long leastNs)
    {
        LatencyHistogram times = new();
        for (int fork = 0; fork < 20; fork++)
            times.Record(leastNs + (fork * 500));
        return new ForkLatency("copy_process", "thread", outcome, times);
    }
}

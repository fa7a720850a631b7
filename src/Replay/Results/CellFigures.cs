using System.Text.Json.Serialization;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Results;

/// <summary>
/// All figures of a cell. A figure is null where it does not exist; if the trace cannot answer for the policy, all are. Databases, JSON and
/// other outputs take their figures from here; <see cref="FigureDefinition"/> names their columns. Members are in the order of JSON.
/// </summary>
public record CellFigures
{
    public long? Allocations { get; init; }

    public long? FailedForks { get; init; }

    public long? CutAllocations { get; init; }

    public long? CutCaches { get; init; }

    public long? Hits { get; init; }

    public long? Misses { get; init; }

    public CauseFigures MissesByCause { get; init; } = new();

    public double? HitRate { get; init; }

    /// <summary>Same as <see cref="CellResult.BoundHitRate"/>.</summary>
    public double? BoundHitRate { get; init; }

    /// <summary>How far the hit rate is below <see cref="BoundHitRate"/>, as a share of allocations.</summary>
    public double? HeadroomShare => BoundHitRate - HitRate;

    public long? HighOrderAllocationsAvoided { get; init; }

    public long? HitsStartingFull { get; init; }

    public double? MeanCostStartingFullNs { get; init; }

    /// <summary>What a fork paid for its stack.</summary>
    public CostFigures CostNs { get; init; } = new();

    /// <summary>Cost of giving stacks back, per step.</summary>
    public DurationFigures ReleaseCostNs { get; init; } = new();

    public double? CpuSecondsPerMillionForks { get; init; }

    /// <summary>Cost of the stack in one pthread_create and pthread_join.</summary>
    public CreateJoinFigures CreateJoinCostNs { get; init; } = new();

    public MemoryFigures Memory { get; init; } = new();

    public long? CachedAtRelease { get; init; }

    public long? CachedByCallback { get; init; }

    public long? QueuedForRcu { get; init; }

    public long? Freed { get; init; }

    public long? FreedOffline { get; init; }

    /// <summary>Length of the windows that time is cut into.</summary>
    [JsonIgnore]
    public long? SeriesWindowNs { get; init; }

    /// <summary>Reuse of cached stacks; null if the plan did not ask for it, or if the policy moves stacks between caches.</summary>
    [JsonPropertyOrder(2)]
    public ReuseFigures? Reuse { get; init; }

    [JsonPropertyOrder(4)]
    public AgreementFigures ExpectedAgreement { get; init; } = new();

    [JsonPropertyOrder(4)]
    public MeasuredAgreement? MeasuredAgreement { get; init; }

    /// <summary>The figures of a result.</summary>
    public static CellFigures Of(CellResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Unmet is not null ? new CellFigures() : new CellFigures
        {
            Allocations = result.Allocations,
            FailedForks = result.FailedForks,
            CutAllocations = result.CutAllocations,
            CutCaches = result.CutCaches,
            Hits = result.Hits,
            Misses = result.Misses,
            MissesByCause = CauseFigures.Of(result.Causes),
            HitRate = result.HitRate,
            BoundHitRate = result.BoundHitRate,
            HighOrderAllocationsAvoided = result.HighOrderAllocationsAvoided,
            HitsStartingFull = result.HitsStartingFull,
            MeanCostStartingFullNs = result.MeanCostStartingFullNs,
            CostNs = new CostFigures(DurationFigures.Of(result.Latency))
            {
                LeastNs = result.Latency.Count == 0 ? null : result.Latency.MinNs,
                DifferenceToPages = result.DifferenceToPagesNs,
                DifferenceToPagesBound = result.DifferenceToPagesBound,
                MeanLow = result.MeanCostIntervalNs?.LowNs,
                MeanHigh = result.MeanCostIntervalNs?.HighNs,
                Basis = result.Conditions.Costs.Basis,
                Unpriced = result.Unpriced,
                IsOtherEra = result.IsOtherEra,
            },
            ReleaseCostNs = DurationFigures.Of(result.ReleaseCost),
            CpuSecondsPerMillionForks = result.CpuSecondsPerMillionForks,
            CreateJoinCostNs = new CreateJoinFigures(result.CreateJoinCostMeanNs, result.PurgeCostMeanNs, result.CreateJoinUnpriced),
            Memory = MemoryFigures.Of(result.Memory),
            CachedAtRelease = result.CachedAtRelease,
            CachedByCallback = result.CachedByCallback,
            QueuedForRcu = result.QueuedForRcu,
            Freed = result.Freed,
            FreedOffline = result.FreedOffline,
            SeriesWindowNs = result.WindowNs,
            Reuse = result.Reuse is { } reuse
                ? new ReuseFigures(reuse.SameProcess, reuse.OtherProcess, reuse.UnknownProcess, DurationFigures.Of(reuse.Idle), reuse.OffNodeLifeShare)
                : null,
            ExpectedAgreement = new AgreementFigures(result.Expected?.Low, result.Expected?.High),
            MeasuredAgreement = result.Measured,
        };
    }
}

/// <summary>Misses by cause. See <see cref="MissCauses"/>.</summary>
public sealed record CauseFigures(
    long? Cold = null, long? Placement = null, long? Node = null, long? RcuDelay = null, long? Capacity = null)
{
    public static CauseFigures Of(MissCauses causes) => new(causes.Cold, causes.Placement, causes.Node, causes.RcuDelay, causes.Capacity);
}

/// <summary>A histogram in a few numbers; all null if it is empty.</summary>
public record DurationFigures(
    double? Mean = null, double? P50 = null, double? P90 = null, double? P99 = null, double? P999 = null, long? Max = null)
{
    public static DurationFigures Of(LatencyHistogram durations)
    {
        ArgumentNullException.ThrowIfNull(durations);
        return durations.Count == 0
            ? new DurationFigures()
            : new DurationFigures(
                durations.MeanNs,
                durations.QuantileNs(0.5),
                durations.QuantileNs(0.9),
                durations.QuantileNs(0.99),
                durations.QuantileNs(0.999),
                durations.MaxNs);
    }
}

/// <summary>What forks paid, ns.</summary>
public sealed record CostFigures : DurationFigures
{
    public CostFigures()
    {
    }

    internal CostFigures(DurationFigures costs)
        : base(costs)
    {
    }

    /// <summary>The lowest cost of a fork.</summary>
    [JsonIgnore]
    public long? LeastNs { get; init; }

    /// <summary>The mean minus the mean cost of order-2 pages in the same forks.</summary>
    [JsonPropertyOrder(1)]
    public double? DifferenceToPages { get; init; }

    /// <summary>Same as <see cref="CellResult.DifferenceToPagesBound"/>.</summary>
    [JsonPropertyOrder(1)]
    public string? DifferenceToPagesBound { get; init; }

    /// <summary>The mean cost with every price at the low end of its interval; null where the model gives no intervals.</summary>
    [JsonPropertyOrder(1)]
    public double? MeanLow { get; init; }

    /// <summary>The mean cost with every price at the high end of its interval; null where the model gives no intervals.</summary>
    [JsonPropertyOrder(1)]
    public double? MeanHigh { get; init; }

    /// <summary>Where the prices come from. See <see cref="CostModel.Basis"/>.</summary>
    [JsonPropertyOrder(1)]
    public string? Basis { get; init; }

    /// <summary>Parts without a price. If there are any, costs are lower bounds.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string>? Unpriced { get; init; }

    /// <summary>True if the cost model describes kernels that treat stacks differently from the policy.</summary>
    [JsonPropertyOrder(1)]
    public bool? IsOtherEra { get; init; }
}

/// <summary>Cost of taking a stack and giving it back, ns per fork; a lower bound if a part has no price.</summary>
/// <param name="Mean">The whole cost.</param>
/// <param name="Purges">The share of it that purges of address space cost; null where they have no price.</param>
/// <param name="Unpriced">Parts without a price.</param>
public sealed record CreateJoinFigures(double? Mean = null, double? Purges = null, IReadOnlyList<string>? Unpriced = null);

/// <summary>The figures of <see cref="MemoryUse"/>.</summary>
public sealed record MemoryFigures
{
    public StockFigures Live { get; init; } = new();

    public StockFigures Cached { get; init; } = new();

    public StockFigures WaitingForRcu { get; init; } = new();

    public StockFigures WaitingForVfree { get; init; } = new();

    public StockFigures Stranded { get; init; } = new();

    public AddressSpaceFigures AddressSpace { get; init; } = new();

    internal static MemoryFigures Of(MemoryUse memory) => new()
    {
        Live = StockFigures.Of(memory.Live),
        Cached = StockFigures.Of(memory.Cached),
        WaitingForRcu = StockFigures.Of(memory.WaitingForRcu),
        WaitingForVfree = StockFigures.Of(memory.WaitingForVfree),
        Stranded = StockFigures.Of(memory.Stranded),
        AddressSpace = memory.AddressSpace is { } space
            ? new AddressSpaceFigures(space.FreedBytes, space.PurgeThresholdBytes, space.Purges)
            : new AddressSpaceFigures(),
    };
}

/// <summary>The figures of <see cref="StockUse"/>.</summary>
public sealed record StockFigures(long? PeakBytes = null, double? MeanBytes = null, long? EndBytes = null)
{
    internal static StockFigures Of(StockUse? stock) => new(stock?.PeakBytes, stock?.MeanBytes, stock?.EndBytes);
}

/// <summary>The figures of <see cref="AddressSpaceUse"/>.</summary>
public sealed record AddressSpaceFigures(long? FreedBytes = null, long? PurgeThresholdBytes = null, double? Purges = null);

/// <summary>The figures of <see cref="StackReuse"/>.</summary>
public sealed record ReuseFigures(
    long SameProcess, long OtherProcess, long UnknownProcess, DurationFigures IdleNs, double? OffNodeLifeShare);

/// <summary>Share of forks whose outcome the replay is expected to predict correctly, 0 to 1.</summary>
public sealed record AgreementFigures(double? Low = null, double? High = null);

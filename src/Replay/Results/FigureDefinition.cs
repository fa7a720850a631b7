namespace ForkTrace.Replay.Results;

/// <summary>A figure of a cell, named by its column in a table of results; the last word of the name is its unit.</summary>
/// <param name="Column">The column.</param>
/// <param name="Value">The figure, a long or double; null where there is none.</param>
public sealed record FigureDefinition(string Column, Func<CellFigures, object?> Value)
{
    /// <summary>True if a higher value is better. For all other figures a lower value is.</summary>
    public bool IsMoreBetter { get; init; }

    /// <summary>True for the few figures that a comparison shows first. The others are parts of these, or count the same forks
    /// again.</summary>
    public bool IsLeading { get; init; }

    /// <summary>
    /// Columns with this figure under other assumptions about what the recording leaves open: caches full at the start, prices at the ends
    /// of their intervals. Together with the figure they give its range. Empty if only the figure is known.
    /// </summary>
    public ImmutableArray<string> RangeColumns { get; init; } = [];

    /// <summary>All figures that are stored.</summary>
    public static ImmutableArray<FigureDefinition> All { get; } =
    [
        new("allocations", cell => cell.Allocations),
        new("failed_forks", cell => cell.FailedForks),
        new("cut_caches", cell => cell.CutCaches),
        new("hits", cell => cell.Hits) { IsMoreBetter = true, RangeColumns = ["hits_starting_full"] },
        new("misses", cell => cell.Misses),
        new("hit_rate", cell => cell.HitRate) { IsMoreBetter = true, IsLeading = true, RangeColumns = ["starting_full_hit_rate"] },
        new("misses_cold", cell => cell.MissesByCause.Cold),
        new("misses_placement", cell => cell.MissesByCause.Placement),
        new("misses_node", cell => cell.MissesByCause.Node),
        new("misses_rcu_delay", cell => cell.MissesByCause.RcuDelay),
        new("misses_capacity", cell => cell.MissesByCause.Capacity),
        new("hits_starting_full", cell => cell.HitsStartingFull) { IsMoreBetter = true },
        new("starting_full_hit_rate", cell => cell.Allocations > 0 ? (double?)cell.HitsStartingFull / cell.Allocations : null)
        {
            IsMoreBetter = true,
        },
        new("cost_mean_starting_full_ns", cell => cell.MeanCostStartingFullNs),
        new("bound_hit_rate", cell => cell.BoundHitRate),
        new("headroom_share", cell => cell.HeadroomShare),
        new("high_order_allocations_avoided", cell => cell.HighOrderAllocationsAvoided) { IsMoreBetter = true },
        new("cached_at_release", cell => cell.CachedAtRelease),
        new("cached_by_callback", cell => cell.CachedByCallback),
        new("queued_for_rcu", cell => cell.QueuedForRcu),
        new("freed", cell => cell.Freed),
        new("freed_offline", cell => cell.FreedOffline),
        .. Durations("cost", cell => cell.CostNs, isLeading: true, "cost_mean_starting_full_ns", "cost_mean_low_ns", "cost_mean_high_ns"),
        new("cost_min_ns", cell => cell.CostNs.LeastNs),
        new("cost_mean_low_ns", cell => cell.CostNs.MeanLow),
        new("cost_mean_high_ns", cell => cell.CostNs.MeanHigh),
        new("difference_to_pages_ns", cell => cell.CostNs.DifferenceToPages),
        new("create_join_cost_mean_ns", cell => cell.CreateJoinCostNs.Mean),
        new("purge_cost_mean_ns", cell => cell.CreateJoinCostNs.Purges),
        .. Durations("release_cost", cell => cell.ReleaseCostNs, isLeading: true),
        new("cpu_seconds_per_million_forks", cell => cell.CpuSecondsPerMillionForks),
        .. Stock("live", cell => cell.Memory.Live),
        .. Stock("cached", cell => cell.Memory.Cached, isLeading: true),
        .. Stock("waiting", cell => cell.Memory.WaitingForRcu),
        .. Stock("vfree", cell => cell.Memory.WaitingForVfree),
        .. Stock("stranded", cell => cell.Memory.Stranded),
        new("address_space_freed_bytes", cell => cell.Memory.AddressSpace.FreedBytes),
        new("address_space_threshold_bytes", cell => cell.Memory.AddressSpace.PurgeThresholdBytes),
        new("address_space_purges", cell => cell.Memory.AddressSpace.Purges),
        new("window_ns", cell => cell.SeriesWindowNs),
        new("reuses_same_process", cell => cell.Reuse?.SameProcess),
        new("reuses_other_process", cell => cell.Reuse?.OtherProcess),
        new("reuses_unknown_process", cell => cell.Reuse?.UnknownProcess),
        new("off_node_life_share", cell => cell.Reuse?.OffNodeLifeShare),
        .. Durations("reuse", cell => cell.Reuse?.IdleNs),
        new("expected_agreement_low_share", cell => cell.ExpectedAgreement.Low),
        new("expected_agreement_high_share", cell => cell.ExpectedAgreement.High),
        new("measured_forks", cell => cell.MeasuredAgreement?.Forks),
        new("measured_agreement_share", cell => cell.MeasuredAgreement?.Share),
        new("measured_balanced_share", cell => cell.MeasuredAgreement?.BalancedShare),
        new("measured_constant_share", cell => cell.MeasuredAgreement?.ConstantShare),
        new("measured_hit_rate", cell => cell.MeasuredAgreement?.HitRate),
    ];

    /// <summary>The figure of a column; null for a column without a figure.</summary>
    public static FigureDefinition? Of(string column) => All.FirstOrDefault(figure => figure.Column == column);

    private static FigureDefinition[] Durations(
        string name, Func<CellFigures, DurationFigures?> durations, bool isLeading = false, params ImmutableArray<string> rangeOfMean) =>
    [
        new($"{name}_mean_ns", cell => durations(cell)?.Mean) { IsLeading = isLeading, RangeColumns = rangeOfMean },
        new($"{name}_p50_ns", cell => durations(cell)?.P50),
        new($"{name}_p90_ns", cell => durations(cell)?.P90),
        new($"{name}_p99_ns", cell => durations(cell)?.P99) { IsLeading = isLeading },
        new($"{name}_p999_ns", cell => durations(cell)?.P999),
        new($"{name}_max_ns", cell => durations(cell)?.Max),
    ];

    private static FigureDefinition[] Stock(string name, Func<CellFigures, StockFigures> stock, bool isLeading = false) =>
    [
        new($"{name}_peak_bytes", cell => stock(cell).PeakBytes) { IsLeading = isLeading },
        new($"{name}_mean_bytes", cell => stock(cell).MeanBytes) { IsLeading = isLeading },
        new($"{name}_end_bytes", cell => stock(cell).EndBytes),
    ];
}

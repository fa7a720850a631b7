using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Results;

/// <summary>Hits by capacity, with the memory that each capacity takes, for one policy on one trace.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Trace">The trace.</param>
/// <param name="Points">By rising capacity.</param>
/// <param name="Knee">
/// Where the curve bends: the point that lies highest above the straight line from the first to the last point, with both axes scaled to
/// 0..1. Of equal points, the one with the smallest capacity. Null with fewer than three points or where no hits are gained. (Satopaa et
/// al., Finding a "Kneedle" in a Haystack, 2011, without its smoothing.)
/// </param>
public sealed record HitRateCurve(string Policy, string Trace, ImmutableArray<CurvePoint> Points, CurvePoint? Knee)
{
    private const string CapacityName = "capacity";

    /// <summary>The parameters that all points share, as <c>param=value,...</c>; empty if there are none.</summary>
    public string ParametersElse { get; init; } = "";

    /// <summary>Version of what the policy does.</summary>
    public int PolicyVersion { get; init; }

    /// <summary>Name of the cost model.</summary>
    public string CostModel { get; init; } = "";

    public ulong Seed { get; init; }

    /// <summary>Stacks requested; the same at every capacity.</summary>
    public long Allocations { get; init; }

    /// <summary>True if one pass counted all capacities; false if each was replayed on its own.</summary>
    public bool IsOnePass { get; init; }

    /// <summary>Whether a row of the same run is one of its points.</summary>
    public bool Has(CellResult row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Unmet is null && row.Policy == Policy && row.Parameters.ContainsKey(CapacityName) && OtherParameters(row) == ParametersElse;
    }

    /// <summary>
    /// The curves in the rows of a run: rows that differ only in capacity make one curve. Rows without figures and curves of one point are
    /// left out.
    /// </summary>
    public static ImmutableArray<HitRateCurve> Of(IEnumerable<CellResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return
        [
            .. results
                .Where(row => row.Unmet is null && row.Parameters.ContainsKey(CapacityName))
                .GroupBy(row => (row.TraceDigest, row.Policy, Costs: row.Conditions.Costs.Name, row.Conditions.Seed, Others: OtherParameters(row)))
                .Where(group => group.Count() > 1)
                .Select(group => Of([.. group.OrderBy(row => row.Parameters[CapacityName])])),
        ];
    }

    private static string OtherParameters(CellResult row) =>
        string.Join(',', row.Parameters.Where(pair => pair.Key != CapacityName).Select(pair => $"{pair.Key}={pair.Value}"));

    private static HitRateCurve Of(CellResult[] rows)
    {
        CurvePoint[] points = new CurvePoint[rows.Length];
        for (int index = 0; index < rows.Length; index++)
        {
            CellResult row = rows[index];
            long capacity = row.Parameters[CapacityName];
            double gained = index == 0 ? 0 : (double)(row.Hits - points[index - 1].Hits) / (capacity - points[index - 1].Capacity);
            points[index] = new CurvePoint(
                capacity, row.Hits, row.HitRate, row.Memory.Cached.MeanBytes, row.Memory.Cached.PeakBytes, gained)
            {
                CostMeanNs = row.Allocations == 0 ? null : row.Latency.MeanNs,
            };
        }

        return new HitRateCurve(rows[0].Policy, rows[0].Trace, [.. points], KneeOf(points))
        {
            ParametersElse = OtherParameters(rows[0]),
            PolicyVersion = rows[0].PolicyVersion,
            CostModel = rows[0].Conditions.Costs.Name,
            Seed = rows[0].Conditions.Seed,
            Allocations = rows[0].Allocations,
        };
    }

    private static CurvePoint? KneeOf(CurvePoint[] points)
    {
        CurvePoint first = points[0];
        CurvePoint last = points[^1];
        if (points.Length < 3 || last.Hits <= first.Hits)
            return null;
        CurvePoint? knee = null;
        double highest = 0;
        foreach (CurvePoint point in points)
        {
            double along = (double)(point.Capacity - first.Capacity) / (last.Capacity - first.Capacity);
            double above = ((double)(point.Hits - first.Hits) / (last.Hits - first.Hits)) - along;
            if (above > highest + 1e-12)
                (knee, highest) = (point, above);
        }

        return knee;
    }
}

/// <summary>One capacity of a policy.</summary>
/// <param name="Capacity">Stacks that each CPU may keep.</param>
/// <param name="Hits">Forks that found a cached stack.</param>
/// <param name="HitRate">Hits as a share of all forks, 0 to 1.</param>
/// <param name="CachedMeanBytes">Memory in caches, averaged over time.</param>
/// <param name="CachedPeakBytes">The most memory in caches at any time.</param>
/// <param name="HitsGained">Additional hits since the previous point, per stack of additional capacity; 0 at the first point.</param>
public readonly record struct CurvePoint(
    long Capacity, long Hits, double HitRate, double CachedMeanBytes, long CachedPeakBytes, double HitsGained)
{
    /// <summary>What a fork paid for its stack, ns; null without forks.</summary>
    public double? CostMeanNs { get; init; }
}

using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>Why forks missed, what the unknown start leaves open, hidden memory, and the knees of sweeps; of policies that cache.</summary>
internal static class MissesText
{
    private static readonly string[] s_numbers =
    [
        "Misses", "Cold", "Placement", "Node", "RCU delay", "Capacity", "Hit rate", "If full at start", "Cost mean", "If full at start",
        "Stranded peak", "vfree peak", "VA purges",
    ];

    public static void Write(Terminal terminal, ImmutableArray<CellResult> results)
    {
        // Where nothing can hit, every fork misses for want of a cache, and there is nothing to explain.
        CellResult[] cached = [.. results.Where(result => result.Unmet is null && (result.Hits > 0 || result.HitsStartingFull > 0))];
        if (cached.Length > 0)
            WriteTable(terminal, cached);
        LabelledLines lines = new(terminal.Out);
        foreach (HitRateCurve curve in HitRateCurve.Of(results))
            lines.Add("knee", Describe(curve));
    }

    private static void WriteTable(Terminal terminal, CellResult[] results)
    {
        TextTable table = new();
        table.AddColumn("Why misses");
        table.AddColumn("Parameters");
        foreach (string title in s_numbers)
            table.AddColumn(title, isNumber: true);
        foreach (CellResult result in results)
            table.AddRow([result.Policy, ResultsText.Parameters(result), .. Figures(result)]);
        table.Write(terminal);
    }

    private static IEnumerable<string> Figures(CellResult result) =>
    [
        Readable.Count(result.Misses),
        Readable.Count(result.Causes.Cold),
        Readable.Count(result.Causes.Placement),
        Readable.Count(result.Causes.Node),
        Readable.Count(result.Causes.RcuDelay),
        Readable.Count(result.Causes.Capacity),
        Readable.Share(result.HitRate),
        result.HitsStartingFull is { } hits && result.Allocations > 0 ? Readable.Share((double)hits / result.Allocations) : "-",
        CostText.Cost(result.Latency.MeanNs, !result.Unpriced.IsEmpty),
        result.MeanCostStartingFullNs is { } meanNs ? CostText.Cost(meanNs, !result.Unpriced.IsEmpty) : "-",
        result.Memory.Stranded is { } stranded ? Readable.Bytes(stranded.PeakBytes) : "-",
        result.Memory.WaitingForVfree is { } waiting ? Readable.Bytes(waiting.PeakBytes) : "-",
        result.Memory.AddressSpace is { } space ? space.Purges.ToString("0.00", CultureInfo.InvariantCulture) : "-",
    ];

    private static string Describe(HitRateCurve curve) => curve.Knee is { } knee
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{curve.Policy}: capacity {knee.Capacity}, {Readable.Share(knee.HitRate)} hits, "
                + $"{Readable.Bytes(knee.CachedMeanBytes)} cached on average "
                + $"(of {curve.Points[0].Capacity} to {curve.Points[^1].Capacity})")
        : $"{curve.Policy}: none, nothing bends between {curve.Points.Length} capacities";
}

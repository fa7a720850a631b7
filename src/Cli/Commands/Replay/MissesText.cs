using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>For policies that cache: why forks missed, the effect of the unknown start, and hidden memory.</summary>
internal static class MissesText
{
    private static readonly (string Title, int Rank)[] s_numbers =
    [
        ("Misses", 2), ("Cold", 5), ("Placement", 3), ("Node", 8), ("RCU delay", 4), ("Capacity", 1), ("Hit rate", 7), ("If full at start", 9),
        ("Cost mean", 11), ("Cost if full", 12), ("Stranded peak", 10), ("vfree peak", 13), ("VA purges", 14),
    ];

    public static void Write(Terminal terminal, ImmutableArray<CellResult> results)
    {
        // A policy without a cache misses on every fork, so there is nothing to explain.
        CellResult[] cached = [.. results.Where(result => result.Unmet is null && (result.Hits > 0 || result.HitsStartingFull > 0))];
        if (cached.Length > 0)
            WriteTable(terminal, cached);
    }

    private static void WriteTable(Terminal terminal, CellResult[] results)
    {
        terminal.Out.WriteLine();
        TextTable table = new();
        table.AddColumn("Why misses", rank: 0);
        table.AddColumn("Parameters", rank: 6);
        foreach ((string title, int rank) in s_numbers)
            table.AddColumn(title, isNumber: true, rank);
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
}

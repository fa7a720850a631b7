using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>Shows a policy that was replayed at many capacities in two rows and a line: its knee, the kernel's capacity, and its curve.</summary>
internal static class SweptRows
{
    private const int FewPoints = 3;

    /// <summary>The rows to show. Of a sweep, only its knee and the row of the kernel's own policy.</summary>
    public static ImmutableArray<CellResult> Folded(ImmutableArray<CellResult> results)
    {
        HitRateCurve[] sweeps = [.. HitRateCurve.Of(results).Where(curve => curve.Points.Length > FewPoints)];
        return [.. results.Where(row => Stays(row, sweeps.FirstOrDefault(sweep => sweep.Has(row))))];
    }

    /// <summary>One line per sweep: its knee, and its hit rates as bars.</summary>
    public static void WriteKnees(Terminal terminal, ImmutableArray<CellResult> results)
    {
        LabelledLines lines = new(terminal);
        ImmutableArray<HitRateCurve> curves = HitRateCurve.Of(results);
        if (!curves.IsEmpty)
            terminal.Out.WriteLine();
        foreach (HitRateCurve curve in curves)
            lines.Add("knee", Describe(curve));
    }

    private static bool Stays(CellResult row, HitRateCurve? sweep)
    {
        if (sweep is null || row.Measured is not null || row.Expected is not null)
            return true;
        long capacity = row.Parameters["capacity"];
        return sweep.Knee is { } knee ? capacity == knee.Capacity : capacity == sweep.Points[0].Capacity || capacity == sweep.Points[^1].Capacity;
    }

    private static string Describe(HitRateCurve curve)
    {
        string name = curve.ParametersElse.Length == 0 ? curve.Policy : $"{curve.Policy}:{curve.ParametersElse}";
        string range = string.Create(CultureInfo.InvariantCulture, $"{curve.Points[0].Capacity} to {curve.Points[^1].Capacity}");
        string bars = Bars([.. curve.Points.Select(point => point.HitRate)]);
        return curve.Knee is { } knee
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: capacity {knee.Capacity}, {Readable.Share(knee.HitRate)} hits, {Readable.Bytes(knee.CachedMeanBytes)} cached on average "
                    + $"(of {range}) {bars}")
            : $"{name}: none, nothing bends between {curve.Points.Length} capacities ({range}) {bars}";
    }

    /// <summary>Shares as bars of eight heights, at most 32 of them.</summary>
    public static string Bars(IReadOnlyList<double> shares)
    {
        const string Heights = "▁▂▃▄▅▆▇█";
        const int BarsMax = 32;
        int count = Math.Min(BarsMax, shares.Count);
        return string.Concat(Enumerable.Range(0, count).Select(bar =>
        {
            double share = shares[count == 1 ? 0 : bar * (shares.Count - 1) / (count - 1)];
            return Heights[(int)Math.Clamp(share * Heights.Length, 0, Heights.Length - 1)];
        }));
    }
}

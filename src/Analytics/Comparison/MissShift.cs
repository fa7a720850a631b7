using System.Collections.Immutable;
using System.Globalization;

namespace ForkTrace.Analytics.Comparison;

/// <summary>Why the hit rate of a cell moved: of its forks, the share that missed for one cause, before and after.</summary>
/// <param name="Cell">The cell, as head has it.</param>
/// <param name="Cause">What would have helped: <c>cold</c>, <c>placement</c>, <c>node</c>, <c>rcu_delay</c>, <c>capacity</c>.</param>
/// <param name="Base">Share of forks before, 0 to 1.</param>
/// <param name="Head">Share after, 0 to 1.</param>
public sealed record MissShift(ComparedCell Cell, string Cause, double Base, double Head)
{
    private const double ShareLeast = 0.0005;
    private const string Prefix = "misses_";
    private static readonly ImmutableArray<string> s_causes = ["cold", "placement", "node", "rcu_delay", "capacity"];

    /// <summary>
    /// The causes whose share moved by 0.05 percentage points or more, what rose most first; none where causes are not known.
    /// </summary>
    public static IEnumerable<MissShift> Of(CellPair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return s_causes
            .Select(cause => (Cause: cause, Base: Share(pair.Base, cause), Head: Share(pair.Head, cause)))
            .Where(shift => Math.Abs(shift.Head - shift.Base) >= ShareLeast)
            .OrderByDescending(shift => shift.Head - shift.Base)
            .Select(shift => new MissShift(pair.Head, shift.Cause, shift.Base, shift.Head));
    }

    /// <summary><c>placement 2.5 to 27.1 %</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Cause.Replace('_', ' ')} {Base * 100:0.0} to {Head * 100:0.0} %");

    // A share that is not known compares as no shift at all.
    private static double Share(ComparedCell cell, string cause) =>
        cell.Metrics.GetValueOrDefault(Prefix + cause) / cell.Metrics.GetValueOrDefault("allocations") ?? double.NaN;
}

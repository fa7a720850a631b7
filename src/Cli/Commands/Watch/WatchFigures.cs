using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>Formats the figures of a watch for its columns.</summary>
internal static class WatchFigures
{
    /// <summary>The names of the causes of misses, in the order of <see cref="Causes"/>.</summary>
    public const string CauseNames = "  cold place  node   rcu   cap";

    /// <summary><c>98.1</c>, in percent; <c>-</c> for none.</summary>
    public static string Percent(double? rate) =>
        rate is { } share ? (100 * share).ToString("0.0", CultureInfo.InvariantCulture) : "-";

    /// <summary><c>64K</c>, <c>1.5M</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10}K"),
        < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0}M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.0}G"),
    };

    /// <summary>The five columns with misses by cause.</summary>
    public static string Causes(MissCauses causes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{causes.Cold,6}{causes.Placement,6}{causes.Node,6}{causes.RcuDelay,6}{causes.Capacity,6}");

    /// <summary>One line about how the figures were obtained.</summary>
    public static string Remark(ReplayInterval interval) => string.Create(
        CultureInfo.InvariantCulture,
        $"1 s behind the events; {100 * interval.ModelledShare:0} % of RCU callbacks modelled; lost events: {interval.Facts.Lost}");

    /// <summary>The policy of the recorded kernel, or why it is unknown.</summary>
    public static string OwnName(ReplayInterval interval)
    {
        CellStanding first = interval.Cells[0].Total;
        string kernel = interval.Facts.Kernel.Length == 0 ? "unknown kernel" : $"Linux {interval.Facts.Kernel}";
        return first.Unmet is { } unmet ? $"{interval.Own?.Total.Policy} ({unmet})" : $"{first.Policy} ({kernel})";
    }
}

using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>One line per interval, as vmstat writes them, for a file or a pipe.</summary>
internal sealed class WatchLines(Terminal terminal) : IWatchView
{
    private bool _isBegun;
    private long _lost;

    public void Show(ReplayInterval interval)
    {
        if (!_isBegun)
            Begin(interval);
        _isBegun = true;
        if (interval.Facts.Lost > _lost)
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# lost events: {interval.Facts.Lost}"));
        _lost = interval.Facts.Lost;
        if (interval.Own is { } own)
            terminal.Out.WriteLine(Line(interval, own));
        terminal.Flush();
    }

    public void ShowIdle(TimeSpan since)
    {
    }

    public void End(ReplayInterval? last)
    {
        WatchSummary.Write(terminal, last);
        terminal.Flush();
    }

    private void Begin(ReplayInterval interval)
    {
        terminal.WriteWrapped($"# own: {WatchFigures.OwnName(interval)}", 2);
        for (int index = 1; index < interval.Cells.Length; index++)
        {
            CellStanding cell = interval.Cells[index].Total;
            terminal.WriteWrapped($"# {index}: {cell.Policy}{(cell.Unmet is { } unmet ? $" ({unmet})" : "")}", 2);
        }

        terminal.Out.WriteLine($"#  time forks/s  hit% since{WatchFigures.CauseNames}  wait cached  best by");
    }

    private static string Line(ReplayInterval interval, IntervalCell own)
    {
        double timeS = (interval.ToNs - interval.FirstNs) / 1e9;
        double perSecond = interval.Seconds > 0 ? own.Forks / interval.Seconds : 0;
        string best = interval.Best is { } other
            ? $"{WatchFigures.Percent(other.HitRate),6}{interval.Cells.IndexOf(other),3}"
            : $"{"-",6}{"-",3}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{timeS,7:0.0}{perSecond,8:0.0}{WatchFigures.Percent(own.HitRate),6}{WatchFigures.Percent(own.HitRateSinceStart),6}")
            + WatchFigures.Causes(own.Causes)
            + string.Create(CultureInfo.InvariantCulture, $"{own.Total.WaitingStacks,6}{WatchFigures.Bytes(own.Total.CachedBytes),7}")
            + best;
    }
}

/// <summary>The end of a watch: every policy since the start.</summary>
internal static class WatchSummary
{
    /// <summary>The head of the columns of <see cref="Row"/>.</summary>
    public const string Head = "policy                    hit% since" + WatchFigures.CauseNames + "  wait cached";

    private const int NameWidth = 24;

    public static void Write(Terminal terminal, ReplayInterval? last)
    {
        if (last is null)
        {
            terminal.Out.WriteLine("no events came");
            return;
        }

        double seconds = (last.ToNs - last.FirstNs) / 1e9;
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{seconds:0.0} s, {last.Own?.Total.Allocations ?? 0} forks; misses by cause since the start"));
        terminal.Out.WriteLine(WatchFigures.Remark(last));
        terminal.Out.WriteLine(Head);
        foreach (IntervalCell cell in last.Cells.Where(cell => cell.Total.Unmet is null))
            terminal.Out.WriteLine(Row(cell, cell.Total.Causes));
    }

    /// <summary>The row of a policy, in 80 columns.</summary>
    public static string Row(IntervalCell cell, MissCauses causes)
    {
        string name = cell.Total.Policy.ToString();
        name = name.Length > NameWidth ? $"{name[..(NameWidth - 2)]}.." : name;
        return $"{name,-NameWidth}{WatchFigures.Percent(cell.HitRate),6}{WatchFigures.Percent(cell.HitRateSinceStart),6}"
            + WatchFigures.Causes(causes)
            + string.Create(CultureInfo.InvariantCulture, $"{cell.Total.WaitingStacks,6}{WatchFigures.Bytes(cell.Total.CachedBytes),7}");
    }
}

using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>The latest interval, redrawn in place on a terminal.</summary>
internal sealed class WatchScreen(Terminal terminal) : IWatchView
{
    private const string Home = "\u001b[H", ToLineEnd = "\u001b[K", ToScreenEnd = "\u001b[J", Clear = "\u001b[2J";
    private const string Bold = "\u001b[1m", Plain = "\u001b[0m";
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(3);
    private ReplayInterval? _last;
    private bool _isBegun;

    public void Show(ReplayInterval interval)
    {
        _last = interval;
        Draw("");
    }

    public void ShowIdle(TimeSpan since)
    {
        if (since >= s_silence)
            Draw(string.Create(CultureInfo.InvariantCulture, $"no events for {since.TotalSeconds:0} s"));
    }

    public void End(ReplayInterval? last)
    {
        WatchSummary.Write(terminal, last);
        terminal.Flush();
    }

    // Ask for the size each time: the window may have changed.
    private void Draw(string note)
    {
        int width = terminal.Width;
        terminal.Out.Write(_isBegun ? Home : Clear + Home);
        _isBegun = true;
        foreach (string line in Lines(note))
        {
            string shown = EscapedText.Of(line);
            shown = shown.Length > width ? shown[..width] : shown;
            bool isHead = line == WatchSummary.Head && terminal.HasColor;
            terminal.Out.Write($"{(isHead ? Bold : "")}{shown}{(isHead ? Plain : "")}{ToLineEnd}\n");
        }

        terminal.Out.Write(ToScreenEnd);
        terminal.Flush();
    }

    private IEnumerable<string> Lines(string note)
    {
        if (_last is not { Own: { } own } last)
        {
            yield return $"forktrace watch: waiting for events{(note.Length > 0 ? $"; {note}" : "")}";
            yield break;
        }

        double timeS = (last.ToNs - last.FirstNs) / 1e9;
        double perSecond = last.Seconds > 0 ? own.Forks / last.Seconds : 0;
        yield return string.Create(
            CultureInfo.InvariantCulture, $"forktrace watch   {timeS:0.0} s   {perSecond:0.0} forks/s   {last.Facts.Cpus} CPUs   {note}");
        yield return $"own: {WatchFigures.OwnName(last)}";
        yield return WatchFigures.Remark(last);
        yield return "";
        yield return WatchSummary.Head;
        foreach (IntervalCell cell in last.Cells.Where(cell => cell.Total.Unmet is null))
            yield return WatchSummary.Row(cell, cell.Causes);
        yield return "";
        yield return "hit% and misses by cause: this interval; since: from the start. Ctrl-C ends.";
    }
}

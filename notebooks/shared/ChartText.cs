using System;
using System.Collections.Generic;
using System.Linq;

/// <summary>A chart in characters: for terminals, and for readers of a notebook's plain text.</summary>
public static class ChartText
{
    private const int BarLength = 50;
    private const int CourseLength = 50;
    private const string Parts = "█▒░▓·";
    private const string Levels = "▁▂▃▄▅▆▇█";

    /// <summary>Title and bars or lines; no line end behind the last.</summary>
    public static string Of(Chart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return $"{chart.Title}\n{(chart.IsLine ? OfLines(chart) : OfBars(chart))}";
    }

    // A line a bar; of several parts each has its character, told below.
    private static string OfBars(Chart chart)
    {
        IReadOnlyList<string> series = chart.SeriesNames;
        int width = chart.BarNames.Max(bar => bar.Length);
        double most = chart.BarNames.Max(bar => series.Sum(name => Math.Abs(chart.Part(bar, name))));
        IEnumerable<string> bars = chart.BarNames.Select(bar =>
            $"{bar.PadRight(width)} |{Drawn(chart, bar, most)} {ResultTable.Shown(series.Sum(name => chart.Part(bar, name)))}");
        string legend = string.Join("  ", series.Select((name, place) => $"{Parts[place % Parts.Length]} {name}"));
        return string.Join('\n', series.Count > 1 ? [.. bars, legend] : bars);
    }

    // A line a series: its first value, its course between zero and the chart's greatest value, its last value.
    private static string OfLines(Chart chart)
    {
        int width = chart.SeriesNames.Max(name => name.Length);
        double most = chart.SeriesNames.SelectMany(chart.Points).Max(point => point.Value);
        return string.Join('\n', chart.SeriesNames.Select(name =>
        {
            IReadOnlyList<(double Along, double Value)> points = chart.Points(name);
            int step = Math.Max(1, (points.Count + CourseLength - 1) / CourseLength);
            IEnumerable<char> course = points.Where((_, place) => place % step == 0).Select(point => LevelOf(point.Value, most));
            string first = ResultTable.Shown(points[0].Value);
            return $"{name.PadRight(width)} {first} {string.Concat(course)} {ResultTable.Shown(points[^1].Value)}";
        }));
    }

    // Ends of parts are rounded, not their lengths: so a bar is as long as its sum says.
    private static string Drawn(Chart chart, string bar, double most)
    {
        string drawn = "";
        double sum = 0;
        for (int place = 0; place < chart.SeriesNames.Count; place++)
        {
            sum += Math.Abs(chart.Part(bar, chart.SeriesNames[place]));
            int end = most > 0 ? (int)Math.Round(BarLength * sum / most) : 0;
            drawn = drawn.PadRight(end, Parts[place % Parts.Length]);
        }

        return drawn;
    }

    private static char LevelOf(double value, double most) =>
        Levels[most > 0 ? (int)Math.Clamp(value / most * Levels.Length, 0, Levels.Length - 1) : 0];
}

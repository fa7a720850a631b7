using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ScottPlot;
using ScottPlot.Plottables;

/// <summary>The figures that a chart of bars or lines shows, as text: for terminals, and for diffs of notebooks.</summary>
public static class ChartFigures
{
    /// <summary>The title, then a line per series: its name and its values from left to right, or from top to bottom.</summary>
    public static string Of(Plot chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return string.Join('\n', chart.GetPlottables().Select(OfSeries).Prepend(chart.Axes.Title.Label.Text));
    }

    private static string OfSeries(IPlottable series) => series switch
    {
        BarPlot bars => Line(bars.LegendText, bars.Bars.Select(bar => bar.Value - bar.ValueBase)),
        Scatter line => Line(line.LegendText, line.Data.GetScatterPoints().Select(point => point.Y)),
        _ => throw new NotSupportedException($"The chart has a {series.GetType().Name}: say here what its figures are."),
    };

    private static string Line(string name, IEnumerable<double> values) =>
        string.Join(' ', values.Select(value => value.ToString("0.##", CultureInfo.InvariantCulture)).Prepend($"{name}:")).TrimStart(':', ' ');
}

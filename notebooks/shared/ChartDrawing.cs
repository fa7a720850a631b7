using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;

/// <summary>A chart as a picture (SVG) that needs no scripts: what a page shows that has no Vega-Lite.</summary>
public static class ChartDrawing
{
    private const int Width = 720;
    private const int Top = 56;
    private const int PlotHeightOfLines = 260;
    private const int BarStep = 26;
    private const int RightMargin = 24;
    private const double CharacterWidth = 6.6;

    // The ten colours of Vega's scheme tableau10, so that both pictures look alike.
    private static readonly string[] s_colours =
        ["#4c78a8", "#f58518", "#e45756", "#72b7b2", "#54a24b", "#eeca3b", "#b279a2", "#ff9da6", "#9d755d", "#bab0ac"];

    private static readonly int[] s_steps = [1, 2, 5, 10];

    /// <summary>The whole picture.</summary>
    public static string ToSvg(Chart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        double left = chart.IsLine ? 64 : 16 + (CharacterWidth * chart.BarNames.Max(bar => bar.Length));
        double height = chart.IsLine ? PlotHeightOfLines : BarStep * chart.BarNames.Count;
        StringBuilder svg = new();
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Top + height + 48}\" "));
        svg.Append("font-family=\"sans-serif\" font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        svg.Append(Invariant($"<text x=\"{left:0.#}\" y=\"18\" font-weight=\"bold\">{Encoded(chart.Title)}</text>"));
        AppendLegend(svg, chart, left);
        if (chart.IsLine)
            AppendLines(svg, chart, left, height);
        else
            AppendBars(svg, chart, left, height);
        string below = chart.IsLine ? $"{chart.Along} (upwards: {chart.Value})" : chart.Value;
        double middle = (left + Width - RightMargin) / 2;
        svg.Append(Invariant($"<text x=\"{middle:0.#}\" y=\"{Top + height + 38}\" text-anchor=\"middle\">{Encoded(below)}</text>"));
        return svg.Append("</svg>").ToString();
    }

    /// <summary>
    /// The picture as an image, which pages keep that take scripts and drawings out of HTML, and the Vega-Lite specification; a page that
    /// has Vega-Embed shows the latter instead.
    /// </summary>
    public static string ToHtml(Chart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        string picture = Convert.ToBase64String(Encoding.UTF8.GetBytes(ToSvg(chart)));
        const string Embed =
            "if (globalThis.vegaEmbed) { const spec = document.currentScript.previousElementSibling; "
            + "vegaEmbed(spec.parentElement, JSON.parse(spec.textContent)); }";
        return $"<figure><img alt=\"{Encoded(chart.Title)}\" src=\"data:image/svg+xml;base64,{picture}\"/>"
            + $"<script type=\"application/vnd.vegalite.v5+json\">{chart.ToVegaLite()}</script><script>{Embed}</script></figure>";
    }

    private static void AppendLegend(StringBuilder svg, Chart chart, double left)
    {
        double x = left;
        for (int place = 0; chart.Series is not null && place < chart.SeriesNames.Count; place++)
        {
            svg.Append(Invariant($"<rect x=\"{x:0.#}\" y=\"29\" width=\"10\" height=\"10\" fill=\"{Colour(place)}\"/>"));
            svg.Append(Invariant($"<text x=\"{x + 14:0.#}\" y=\"38\">{Encoded(chart.SeriesNames[place])}</text>"));
            x += 30 + (CharacterWidth * chart.SeriesNames[place].Length);
        }
    }

    private static void AppendBars(StringBuilder svg, Chart chart, double left, double height)
    {
        double most = chart.BarNames.Max(bar => chart.SeriesNames.Sum(name => Math.Max(0, chart.Part(bar, name))));
        double least = chart.BarNames.Min(bar => chart.SeriesNames.Sum(name => Math.Min(0, chart.Part(bar, name))));
        Func<double, double> across = Scale(least, most, left, Width - RightMargin);
        foreach (double tick in Ticks(least, most))
            AppendTick(svg, across(tick), Top, across(tick), Top + height, across(tick), Top + height + 16, "middle", tick);
        for (int row = 0; row < chart.BarNames.Count; row++)
        {
            string bar = chart.BarNames[row];
            double y = Top + (BarStep * row);
            svg.Append(Invariant($"<text x=\"{left - 6:0.#}\" y=\"{y + 17}\" text-anchor=\"end\">{Encoded(bar)}</text>"));
            double above = 0, below = 0;
            for (int place = 0; place < chart.SeriesNames.Count; place++)
            {
                double part = chart.Part(bar, chart.SeriesNames[place]);
                ref double sum = ref part < 0 ? ref below : ref above;
                double from = across(Math.Min(sum, sum + part)), to = across(Math.Max(sum, sum + part));
                svg.Append(Invariant($"<rect x=\"{from:0.#}\" y=\"{y + 4}\" width=\"{to - from:0.#}\" "));
                svg.Append(Invariant($"height=\"18\" fill=\"{Colour(place)}\"/>"));
                sum += part;
            }
        }
    }

    private static void AppendLines(StringBuilder svg, Chart chart, double left, double height)
    {
        (double Along, double Value)[] all = [.. chart.SeriesNames.SelectMany(chart.Points)];
        double least = Math.Min(0, all.Min(point => point.Value)), most = all.Max(point => point.Value);
        double first = all.Min(point => point.Along), last = all.Max(point => point.Along);
        Func<double, double> across = Scale(first, last, left, Width - RightMargin), up = Scale(least, most, Top + height, Top);
        foreach (double tick in Ticks(least, most))
            AppendTick(svg, left, up(tick), Width - RightMargin, up(tick), left - 6, up(tick) + 4, "end", tick);
        foreach (double tick in Ticks(first, last))
            AppendTick(svg, across(tick), Top + height, across(tick), Top + height + 4, across(tick), Top + height + 16, "middle", tick);
        for (int place = 0; place < chart.SeriesNames.Count; place++)
        {
            IReadOnlyList<(double Along, double Value)> points = chart.Points(chart.SeriesNames[place]);
            string line = string.Join(' ', points.Select(point => Invariant($"{across(point.Along):0.#},{up(point.Value):0.#}")));
            svg.Append(Invariant($"<polyline points=\"{line}\" fill=\"none\" stroke=\"{Colour(place)}\" stroke-width=\"2\"/>"));
        }
    }

    private static void AppendTick(
        StringBuilder svg, double x1, double y1, double x2, double y2, double textX, double textY, string anchor, double value)
    {
        svg.Append(Invariant($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"#ddd\"/>"));
        svg.Append(Invariant($"<text x=\"{textX:0.#}\" y=\"{textY:0.#}\" text-anchor=\"{anchor}\">{ResultTable.Shown(value)}</text>"));
    }

    private static Func<double, double> Scale(double from, double to, double start, double end) =>
        value => to > from ? start + ((value - from) / (to - from) * (end - start)) : start;

    // At most about eight round numbers: steps of 1, 2 or 5 times a power of ten.
    private static IEnumerable<double> Ticks(double from, double to)
    {
        if (!(to > from))
            return [from];
        double power = Math.Pow(10, Math.Floor(Math.Log10((to - from) / 8)));
        double step = power * s_steps.First(factor => (to - from) / (factor * power) <= 8);
        int low = (int)Math.Ceiling(from / step), high = (int)Math.Floor(to / step);
        return Enumerable.Range(low, high - low + 1).Select(count => count * step);
    }

    private static string Colour(int place) => s_colours[place % s_colours.Length];

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

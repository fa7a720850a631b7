using System.Data;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.DotNet.Interactive.Formatting;

// Notebooks show a DataTable as an HTML table and a ScottPlot chart as SVG: a page needs no scripts for either.
string Row(string tag, IEnumerable<object> cells) => $"<tr>{string.Concat(cells.Select(cell =>
    $"<{tag}>{WebUtility.HtmlEncode(Convert.ToString(cell, CultureInfo.InvariantCulture))}</{tag}>"))}</tr>";
Formatter.Register<DataTable>(table => $"<table>{Row("th", table.Columns.Cast<DataColumn>())}"
    + $"{string.Concat(table.AsEnumerable().Select(row => Row("td", row.ItemArray)))}</table>", "text/html");

// nbconvert takes no XML declaration, ids must differ between the charts of a page, and a reader's machine may lack the font.
int charts = 0;
string Svg(ScottPlot.Plot plot)
{
    string svg = plot.GetSvgXml(700, 400);
    svg = Regex.Replace(svg[svg.IndexOf("<svg")..], "(id=\"|url\\(#)", $"$1chart-{++charts}-");
    return Regex.Replace(svg, "(font-family=\"[^\"]*)\"", "$1, Verdana, sans-serif\"");
}

ScottPlot.Fonts.Default = "DejaVu Sans";
Formatter.SetPreferredMimeTypesFor(typeof(ScottPlot.Plot), "image/svg+xml");
Formatter.Register<ScottPlot.Plot>(Svg, "image/svg+xml");

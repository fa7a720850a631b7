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

// A page may hold several charts, so their ids must differ. A reader's machine may lack the font.
int charts = 0;
string Svg(ScottPlot.Plot plot) => Regex.Replace(plot.GetSvgXml(700, 400), "(id=\"|url\\(#)", $"$1chart-{++charts}-")
    .Replace($"\"{ScottPlot.Fonts.Default}\"", $"\"{ScottPlot.Fonts.Default}, Verdana, sans-serif\"");
ScottPlot.Fonts.Default = "DejaVu Sans";
Formatter.SetPreferredMimeTypesFor(typeof(ScottPlot.Plot), "image/svg+xml");
Formatter.Register<ScottPlot.Plot>(Svg, "image/svg+xml");

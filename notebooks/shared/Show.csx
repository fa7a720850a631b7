using System.Data;
using System.Globalization;
using System.Net;
using Microsoft.DotNet.Interactive.Formatting;

// Notebooks show a DataTable as an HTML table.
string Row(string tag, IEnumerable<object> cells) => $"<tr>{string.Concat(cells.Select(cell =>
    $"<{tag}>{WebUtility.HtmlEncode(Convert.ToString(cell, CultureInfo.InvariantCulture))}</{tag}>"))}</tr>";
Formatter.Register<DataTable>(table => $"<table>{Row("th", table.Columns.Cast<DataColumn>())}"
    + $"{string.Concat(table.AsEnumerable().Select(row => Row("td", row.ItemArray)))}</table>", "text/html");

// And a chart as PNG, with its figures as text: GitHub and nbconvert 6.5 to 7.7 spoil the output type image/svg+xml.
ScottPlot.Fonts.Default = "DejaVu Sans";
Formatter.SetPreferredMimeTypesFor(typeof(ScottPlot.Plot), "image/png", "text/plain");
Formatter.Register<ScottPlot.Plot>(chart =>
    Convert.ToBase64String(chart.GetImageBytes(700, 400, ScottPlot.ImageFormat.Png)), "image/png");
Formatter.Register<ScottPlot.Plot>(ChartFigures.Of, "text/plain");

using Microsoft.DotNet.Interactive.Formatting;

// For notebooks alone: how .NET Interactive shows tables and charts. Every reader of a notebook picks the form that suits it best.
Formatter.SetPreferredMimeTypesFor(typeof(ResultTable), "text/html", "text/plain");
Formatter.Register<ResultTable>(table => table.ToHtml(), "text/html");
Formatter.Register<ResultTable>(table => table.ToString(), "text/plain");

Formatter.SetPreferredMimeTypesFor(typeof(Chart), "application/vnd.vegalite.v5+json", "text/html", "image/svg+xml", "text/plain");
Formatter.Register<Chart>(chart => chart.ToVegaLite(), "application/vnd.vegalite.v5+json");
Formatter.Register<Chart>(chart => ChartDrawing.ToHtml(chart), "text/html");
Formatter.Register<Chart>(chart => ChartDrawing.ToSvg(chart), "image/svg+xml");
Formatter.Register<Chart>(chart => ChartText.Of(chart), "text/plain");

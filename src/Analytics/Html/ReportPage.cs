using System.Net;
using System.Security.Cryptography;

namespace ForkTrace.Analytics.Html;

/// <summary>Puts the page together: its own style and scripts, the chart library with its licence, the data.</summary>
internal static class ReportPage
{
    private static readonly string[] s_scripts =
    [
        "format.js", "dom.js", "svg.js", "chart.js", "reading.js", "bars.js", "heat.js", "tables.js", "trust.js", "sections.js", "curves.js",
        "times.js", "parts.js", "costs.js", "repeats.js", "live.js", "page.js",
    ];

    private static readonly string[] s_mapScripts = ["format.js", "dom.js", "svg.js", "chart.js", "reading.js", "tables.js", "live.js", "map.js"];

    private static readonly string[] s_fleetScripts =
    [
        "format.js", "dom.js", "svg.js", "chart.js", "reading.js", "tables.js", "curves.js", "live.js", "fleet.js",
    ];

    /// <summary>The page around a JSON document in which <c>&lt;</c> is escaped.</summary>
    public static string Assemble(string data) => Assemble(data, s_scripts);

    /// <summary>The same for the results of many recordings.</summary>
    public static string AssembleFleet(string data) => Assemble(data, s_fleetScripts);

    /// <summary>The same for a map of recordings.</summary>
    public static string AssembleMap(string data) => Assemble(data, s_mapScripts);

    private static string Assemble(string data, string[] scripts)
    {
        string style = $"{Resource("uPlot.min.css")}\n{Resource("page.css")}";
        string library = Resource("uPlot.iife.min.js");
        string script = $"\"use strict\";\n{string.Concat(scripts.Select(Resource))}";

        // Only these three texts may run or style; data: is the empty icon.
        string policy = $"default-src 'none'; script-src {Hash(library)} {Hash(script)}; style-src {Hash(style)}; img-src data:; "
            + "base-uri 'none'; form-action 'none'";
        (string Mark, string Text)[] parts =
        [
            ("@policy@", policy), ("@style@", style), ("@licence@", WebUtility.HtmlEncode(Resource("LICENSE"))), ("@data@", data),
            ("@library@", library), ("@script@", script),
        ];

        // In the order of their marks; inserted text is not searched again.
        StringBuilder page = new();
        string rest = Resource("page.html");
        foreach ((string mark, string text) in parts)
        {
            int at = rest.IndexOf(mark, StringComparison.Ordinal);
            page.Append(rest, 0, at).Append(text);
            rest = rest[(at + mark.Length)..];
        }

        return page.Append(rest).ToString();
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    // A browser hashes what it parsed, and parsing makes every line end a line feed.
    private static string Resource(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"html/{name}")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}

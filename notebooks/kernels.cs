#!/usr/bin/env dotnet
#:project ../src/Analytics
#:package ScottPlot
#:property PublishAot=false

// Compare two kernels: kernels.ipynb as a file-based app. It prints what the notebook shows,
// and draws its charts into a temporary folder.

using System.Data;
using ScottPlot;

string traces = $"{AppContext.GetData("EntryPointFileDirectoryPath")}/../sample-traces";

string[] recordings = ["native-6.18/make.perf.data.zst", "native-6.18/prefork.perf.data.zst", "vm-6.1/pthread.dat"];
foreach (string name in recordings)
{
    Tool.Run(
        "run", $"{traces}/{name}", "--db", "results.duckdb", "--policy", "linux-4.9", "--policy", "linux-5.18", "--policy", "linux-6.19");
}

DataTable kernels = Tool.Query("results.duckdb", """
    SELECT split_part(trace, '.', 1) AS load, policy, round(100 * hit_rate, 1) AS "hits %", misses,
        round(cost_mean_ns) AS "cost ns", freed,
        cached_peak_bytes // 1024 AS "cached peak KiB", waiting_peak_bytes // 1024 AS "RCU peak KiB", grade
    FROM summary
    ORDER BY trace, policy
    """);
Terminal.Print(kernels);

string[] loads = [.. kernels.AsEnumerable().Select(row => (string)row["load"]).Distinct()];
Plot chart = new();
foreach ((int place, IGrouping<string, DataRow> policy) in kernels.AsEnumerable().GroupBy(row => (string)row["policy"]).Index())
{
    double[] places = [.. policy.Select(row => (double)(4 * Array.IndexOf(loads, (string)row["load"])) + place)];
    double[] values = [.. policy.Select(row => (double)row["hits %"])];
    chart.Add.Bars(places, values).LegendText = policy.Key;
}

chart.Axes.Bottom.SetTicks([.. loads.Select((_, place) => (4.0 * place) + 1)], loads);
chart.Axes.Margins(bottom: 0);
chart.Title("Hits by recording and release");
chart.YLabel("hits, %");
chart.ShowLegend(Edge.Right);
Console.WriteLine(ChartFigures.Of(chart));
chart.SavePng($"{Tool.Folder}/hits.png", 700, 400);

// What changed, and for whom.
Terminal.Print(Tool.Query("results.duckdb", """
    SELECT trace, cause, sum(misses) FILTER (policy = 'linux-4.9') AS "4.9", sum(misses) FILTER (policy = 'linux-5.18') AS "5.18",
        "5.18" - "4.9" AS change
    FROM misses
    GROUP BY trace, cause
    HAVING sum(misses) > 0
    ORDER BY trace, cause
    """));

// Which one was it?
Console.Write(Tool.Run(
    ["validate", .. recordings.Select(name => $"{traces}/{name}"), "--policy", "linux-4.9", "--policy", "linux-5.18"]));

Console.Error.WriteLine($"The charts are in {Tool.Folder}.");

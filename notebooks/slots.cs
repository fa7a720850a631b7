#!/usr/bin/env dotnet
#:project ../src/Analytics
#:package ScottPlot
#:property PublishAot=false

// How many slots?: slots.ipynb as a file-based app. It prints what the notebook shows,
// and draws its charts into a temporary folder.

using System.Data;
using ScottPlot;

string traces = $"{AppContext.GetData("EntryPointFileDirectoryPath")}/../sample-traces";

string[] recordings =
[
    "native-6.18/pthread.perf.data.zst", "native-6.18/prefork.perf.data.zst", "vm-6.1/prefork.dat", "native-6.18/make.perf.data.zst",
];
foreach (string name in recordings)
    Tool.Run("run", $"{traces}/{name}", "--db", "results.duckdb", "--policy", "linux-4.9");

DataTable curves = Tool.Query("results.duckdb", """
    SELECT trace, capacity, 100 * hit_rate AS "hits %"
    FROM capacity_curves
    WHERE policy = 'linux-4.9' AND capacity <= 16
    ORDER BY trace, capacity
    """);

Plot sweep = new();
foreach (IGrouping<string, DataRow> line in curves.AsEnumerable().GroupBy(row => (string)row["trace"]))
{
    double[] xs = [.. line.Select(row => Convert.ToDouble(row["capacity"]))];
    double[] ys = [.. line.Select(row => Convert.ToDouble(row["hits %"]))];
    sweep.Add.Scatter(xs, ys).LegendText = line.Key;
}

sweep.Title("Hits by stacks per CPU, Linux 4.9");
sweep.XLabel("stacks per CPU");
sweep.YLabel("hits, %");
sweep.ShowLegend(Edge.Right);
Console.WriteLine(ChartFigures.Of(sweep));
sweep.SavePng($"{Tool.Folder}/sweep.png", 700, 400);

Terminal.Print(Tool.Query("results.duckdb", """
    SELECT trace, capacity, hits, round(100 * hit_rate, 1) AS "hits %", round(100 * gained_rate, 2) AS "gained % per stack",
        cached_peak_bytes // 1024 AS "cached peak KiB", CASE WHEN is_knee THEN 'knee' ELSE '' END AS bend
    FROM capacity_curves
    WHERE policy = 'linux-4.9' AND (capacity IN (1, 2, 3, 4, 8, 16, 64) OR is_knee)
    ORDER BY trace, capacity
    """));

// With the second chance of 5.18.
Tool.Run(
    "run", $"{traces}/native-6.18/prefork.perf.data.zst", "--db", "kernels.duckdb",
    "--policy", "linux-4.9:capacity=0..16", "--policy", "linux-5.18:capacity=0..16");
DataTable kernels = Tool.Query("kernels.duckdb", """
    SELECT policy, capacity, 100 * hit_rate AS "hits %"
    FROM capacity_curves
    WHERE capacity <= 16
    ORDER BY policy, capacity
    """);

Plot pool = new();
foreach (IGrouping<string, DataRow> line in kernels.AsEnumerable().GroupBy(row => (string)row["policy"]))
{
    double[] xs = [.. line.Select(row => Convert.ToDouble(row["capacity"]))];
    double[] ys = [.. line.Select(row => Convert.ToDouble(row["hits %"]))];
    pool.Add.Scatter(xs, ys).LegendText = line.Key;
}

pool.Title("Hits by stacks per CPU, a pool of processes");
pool.XLabel("stacks per CPU");
pool.YLabel("hits, %");
pool.ShowLegend(Edge.Right);
Console.WriteLine(ChartFigures.Of(pool));
pool.SavePng($"{Tool.Folder}/pool.png", 700, 400);

Console.Error.WriteLine($"The charts are in {Tool.Folder}.");

#!/usr/bin/env dotnet
#:project ../src/Analytics
#:package ScottPlot
#:property PublishAot=false

// The story of 2016, replayed: story-2016.ipynb as a file-based app. It prints what the notebook shows,
// and draws its charts into a temporary folder.

using System.Data;
using ScottPlot;

string traces = $"{AppContext.GetData("EntryPointFileDirectoryPath")}/../sample-traces";

Tool.Run(
    "run", $"{traces}/native-6.18/pthread.perf.data.zst", "--db", "results.duckdb", "--window", "2ms",
    "--policy", "pages-rcu", "--policy", "vmap-nocache-rcu", "--policy", "rcu-cache", "--policy", "vmap-nocache-early",
    "--policy", "linux-4.9", "--cost-model", "lwn-2016");

// Four steps.
DataTable steps = Tool.Query("results.duckdb", """
    SELECT step, policy, round(100 * hit_rate, 1) AS "hits %", round(difference_to_pages_ns) AS "to pages ns",
        waiting_peak_bytes // 16384 AS "stacks waiting for RCU"
    FROM summary
    JOIN (
        VALUES (0, 'pages-rcu'), (1, 'vmap-nocache-rcu'), (2, 'rcu-cache'), (3, 'vmap-nocache-early'), (4, 'linux-4.9')
    ) AS steps (step, policy) USING (policy)
    ORDER BY step
    """);
Terminal.Print(steps);

string[] policies = [.. steps.AsEnumerable().Select(row => (string)row["policy"])];
double[] places = [.. policies.Select((_, place) => -(double)place)];
double[] values = [.. steps.AsEnumerable().Select(row => (double)row["to pages ns"])];
Plot chart = new();
chart.Add.Bars(places, values).Horizontal = true;
chart.Axes.Left.SetTicks(places, policies);
chart.Axes.Margins(left: 0);
chart.Title("Cost of a fork's stack, compared with order-2 pages");
chart.XLabel("ns");
Console.WriteLine(ChartFigures.Of(chart));
chart.SavePng($"{Tool.Folder}/steps.png", 700, 400);

// Why a cache behind RCU does not help.
DataTable waiting = Tool.Query("results.duckdb", """
    SELECT policy, start_ns / 1e6 AS ms, waiting_stacks
    FROM timeline
    WHERE policy IN ('rcu-cache', 'linux-4.9') AND start_ns BETWEEN 200_000_000 AND 300_000_000
    ORDER BY policy DESC, ms
    """);

Plot pile = new();
foreach (IGrouping<string, DataRow> line in waiting.AsEnumerable().GroupBy(row => (string)row["policy"]))
{
    double[] xs = [.. line.Select(row => Convert.ToDouble(row["ms"]))];
    double[] ys = [.. line.Select(row => Convert.ToDouble(row["waiting_stacks"]))];
    pile.Add.Scatter(xs, ys).LegendText = line.Key;
}

pile.Title("Stacks of dead tasks that wait for RCU");
pile.XLabel("ms");
pile.YLabel("stacks");
pile.ShowLegend(Edge.Right);
Console.WriteLine(ChartFigures.Of(pile));
pile.SavePng($"{Tool.Folder}/waiting.png", 700, 400);

Terminal.Print(Tool.Query("results.duckdb", """
    SELECT evidence, sum(callbacks) AS "task_structs freed", round(min(high_ns) FILTER (share_at_most >= 0.5) / 1e6, 1) AS "median delay ms"
    FROM rcu_delays
    WHERE operation = 'task_free'
    GROUP BY evidence
    ORDER BY evidence
    """));

// Would a larger one have helped?
DataTable curve = Tool.Query("results.duckdb", """
    SELECT policy, capacity, 100 * hit_rate AS "hits %"
    FROM capacity_curves
    WHERE capacity IN (0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64)
    ORDER BY policy, capacity
    """);

Plot larger = new();
foreach (IGrouping<string, DataRow> line in curve.AsEnumerable().GroupBy(row => (string)row["policy"]))
{
    double[] xs = [.. line.Select(row => Convert.ToDouble(row["capacity"]))];
    double[] ys = [.. line.Select(row => Convert.ToDouble(row["hits %"]))];
    larger.Add.Scatter(xs, ys).LegendText = line.Key;
}

larger.Title("Hits by stacks per CPU");
larger.XLabel("stacks per CPU");
larger.YLabel("hits, %");
larger.ShowLegend(Edge.Right);
Console.WriteLine(ChartFigures.Of(larger));
larger.SavePng($"{Tool.Folder}/larger.png", 700, 400);

// Another load.
Tool.Run(
    "run", $"{traces}/native-6.18/shell.perf.data.zst", "--db", "shell.duckdb",
    "--policy", "pages-rcu", "--policy", "vmap-nocache-rcu", "--policy", "rcu-cache", "--policy", "linux-4.9");
Terminal.Print(Tool.Query("shell.duckdb", """
    SELECT policy, round(100 * hit_rate, 1) AS "hits %", round(difference_to_pages_ns) AS "to pages ns"
    FROM summary
    ORDER BY hits, policy DESC
    """));

Console.Error.WriteLine($"The charts are in {Tool.Folder}.");

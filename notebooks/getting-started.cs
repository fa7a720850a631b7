#!/usr/bin/env dotnet
#:project ../src/Analytics
#:package ScottPlot
#:property PublishAot=false

// Getting started: getting-started.ipynb as a file-based app. It prints what the notebook shows,
// and draws its charts into a temporary folder.

using System.Data;
using ForkTrace.Analytics;
using ScottPlot;

string traces = $"{AppContext.GetData("EntryPointFileDirectoryPath")}/../sample-traces";

// Replay.
string recording = $"{traces}/native-6.18/pthread.perf.data.zst";
Console.Write(Tool.Run("run", recording, "--db", "results.duckdb"));

// Ask in SQL.
using (ResultsDatabase results = ResultsDatabase.OpenReadOnly($"{Tool.Folder}/results.duckdb"))
{
    QueryResult rows = results.Query("SELECT policy, hits, allocations FROM summary WHERE hits > 0 ORDER BY hits, policy");
    while (rows.Read())
        Console.WriteLine($"{rows.Text(0)} hits in {rows.Text(1)} of {rows.Text(2)} forks");
}

DataTable costs = Tool.Query("results.duckdb", """
    SELECT policy, parameters, round(100 * hit_rate, 1) AS "hits %", round(cost_mean_ns) AS "cost ns",
        round(difference_to_pages_ns) AS "to pages ns", waiting_peak_bytes // 1024 AS "RCU peak KiB", grade
    FROM summary
    ORDER BY policy
    """);
Terminal.Print(costs);

string[] policies = [.. costs.AsEnumerable().Select(row => (string)row["policy"])];
double[] places = [.. policies.Select((_, place) => -(double)place)];
double[] values = [.. costs.AsEnumerable().Select(row => (double)row["cost ns"])];
Plot chart = new();
chart.Add.Bars(places, values).Horizontal = true;
chart.Axes.Left.SetTicks(places, policies);
chart.Axes.Margins(left: 0);
chart.Title("Mean cost of a stack by policy");
chart.XLabel("ns");
Console.WriteLine(ChartFigures.Of(chart));
chart.SavePng($"{Tool.Folder}/costs.png", 700, 400);

// The recording itself.
Tool.Run("export", recording, "-o", "events.parquet");
Terminal.Print(Tool.Query("results.duckdb", $"""
    SELECT kind, count(*) AS events, count(DISTINCT task) AS tasks
    FROM '{Tool.Folder}/events.parquet'
    GROUP BY kind
    ORDER BY kind
    """));

Console.Error.WriteLine($"The charts are in {Tool.Folder}.");

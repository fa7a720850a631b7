#!/usr/bin/env dotnet
#:package DuckDB.NET.Data.Full
#:package ScottPlot
#:property PublishAot=false

// Getting started: getting-started.ipynb as a file-based app. It prints what the notebook shows,
// and draws its charts into a temporary folder.

using System.Data;
using DuckDB.NET.Data;
using ScottPlot;

string traces = $"{AppContext.GetData("EntryPointFileDirectoryPath")}/../sample-traces";

// Replay.
string recording = $"{traces}/native-6.18/pthread.perf.data.zst";
Console.Write(ForkTrace.Run("run", recording, "--db", "results.duckdb"));

// Ask in SQL.
using (DuckDBConnection connection = new($"Data Source={ForkTrace.Folder}/results.duckdb;ACCESS_MODE=READ_ONLY"))
{
    connection.Open();
    using DuckDBCommand command = new("SELECT policy, hits, allocations FROM summary WHERE hits > 0 ORDER BY hits, policy", connection);
    using DuckDBDataReader reader = command.ExecuteReader();
    while (reader.Read())
        Console.WriteLine($"{reader.GetString(0)} hits in {reader.GetInt64(1)} of {reader.GetInt64(2)} forks");
}

DataTable costs = Query("results.duckdb", """
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
chart.SavePng($"{ForkTrace.Folder}/costs.png", 700, 400);

// The recording itself.
ForkTrace.Run("export", recording, "-o", "events.parquet");
Terminal.Print(Query("results.duckdb", $"""
    SELECT kind, count(*) AS events, count(DISTINCT task) AS tasks
    FROM '{ForkTrace.Folder}/events.parquet'
    GROUP BY kind
    ORDER BY kind
    """));

Console.Error.WriteLine($"The charts are in {ForkTrace.Folder}.");

static DataTable Query(string database, string sql)
{
    using DuckDBConnection connection = new($"Data Source={ForkTrace.Folder}/{database};ACCESS_MODE=READ_ONLY");
    connection.Open();
    using DuckDBCommand command = new(sql, connection);
    using DuckDBDataReader reader = command.ExecuteReader();
    DataTable table = new();
    table.Load(reader);
    return table;
}

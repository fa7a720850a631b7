#!/usr/bin/env dotnet
#:property PublishAot=false

// Getting started: getting-started.ipynb as a file-based app. It prints what the notebook shows.

using DuckDB.NET.Data;

// Replay.
string recording = ForkTraceTool.Recording("native-6.18/pthread.perf.data.zst");
Console.Write(ForkTraceTool.Run("run", recording, "--db", "results.duckdb"));

// Ask in SQL.
using (DuckDBConnection connection = new($"Data Source={ForkTraceTool.InFolder("results.duckdb")};ACCESS_MODE=READ_ONLY"))
{
    connection.Open();
    using DuckDBCommand command = connection.CreateCommand();
    command.CommandText = "SELECT policy, hits, allocations FROM summary WHERE hits > 0 ORDER BY hits, policy";
    using DuckDBDataReader reader = command.ExecuteReader();
    while (reader.Read())
        Console.WriteLine($"{reader.GetString(0)} hits in {reader.GetInt64(1)} of {reader.GetInt64(2)} forks");
}

ResultTable costs = ResultTable.Query("results.duckdb", """
    SELECT policy, parameters, round(100 * hit_rate, 1) AS "hits %", round(cost_mean_ns) AS "cost ns",
        round(difference_to_pages_ns) AS "to pages ns", waiting_peak_bytes // 1024 AS "RCU peak KiB", grade
    FROM summary
    ORDER BY policy
    """);
Console.WriteLine(costs);
Chart bars = new(costs, "Mean cost of a stack by policy")
{
    Along = "policy", Value = "cost ns",
};
Console.WriteLine(ChartText.Of(bars));

// The recording itself.
ForkTraceTool.Run("export", recording, "-o", "events.parquet");
Console.WriteLine(ResultTable.Query("results.duckdb", $"""
    SELECT kind, count(*) AS events, count(DISTINCT task) AS tasks
    FROM '{ForkTraceTool.InFolder("events.parquet")}'
    GROUP BY kind
    ORDER BY kind
    """));

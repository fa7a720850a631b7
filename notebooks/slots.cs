#!/usr/bin/env dotnet
#:property PublishAot=false

// How many slots?: slots.ipynb as a file-based app. It prints what the notebook shows.

string[] recordings =
[
    "native-6.18/pthread.perf.data.zst", "native-6.18/prefork.perf.data.zst", "vm-6.1/prefork.dat", "native-6.18/make.perf.data.zst",
];
foreach (string name in recordings)
    ForkTraceTool.Run("run", ForkTraceTool.Recording(name), "--db", "results.duckdb", "--policy", "linux-4.9");

ResultTable curves = ResultTable.Query("results.duckdb", """
    SELECT trace, capacity, round(100 * hit_rate, 1) AS "hits %"
    FROM capacity_curves
    WHERE policy = 'linux-4.9' AND capacity <= 16
    ORDER BY trace, capacity
    """);
Chart sweep = new(curves, "Hits by stacks a CPU, Linux 4.9")
{
    Along = "capacity", Value = "hits %", Series = "trace", IsLine = true,
};
Console.WriteLine(ChartText.Of(sweep));

Console.WriteLine(ResultTable.Query("results.duckdb", """
    SELECT trace, capacity, hits, round(100 * hit_rate, 1) AS "hits %", round(100 * gained_rate, 2) AS "gained % a stack",
        cached_peak_bytes // 1024 AS "cached peak KiB", CASE WHEN is_knee THEN 'knee' ELSE '' END AS bend
    FROM capacity_curves
    WHERE policy = 'linux-4.9' AND (capacity IN (1, 2, 3, 4, 8, 16, 64) OR is_knee)
    ORDER BY trace, capacity
    """));

// With the second chance of 5.18.
ForkTraceTool.Run(
    "run", ForkTraceTool.Recording("native-6.18/prefork.perf.data.zst"), "--db", "kernels.duckdb",
    "--policy", "linux-4.9:capacity=0..16", "--policy", "linux-5.18:capacity=0..16");
ResultTable kernels = ResultTable.Query("kernels.duckdb", """
    SELECT policy, capacity, round(100 * hit_rate, 1) AS "hits %"
    FROM capacity_curves
    WHERE capacity <= 16
    ORDER BY policy, capacity
    """);
Chart pool = new(kernels, "Hits by stacks a CPU, a pool of processes")
{
    Along = "capacity", Value = "hits %", Series = "policy", IsLine = true,
};
Console.WriteLine(ChartText.Of(pool));

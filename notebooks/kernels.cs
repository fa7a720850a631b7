#!/usr/bin/env dotnet
#:property PublishAot=false

// Compare two kernels: kernels.ipynb as a file-based app. It prints what the notebook shows.

string[] recordings = ["native-6.18/make.perf.data.zst", "native-6.18/prefork.perf.data.zst", "vm-6.1/pthread.dat"];
foreach (string name in recordings)
{
    ForkTraceTool.Run(
        "run", ForkTraceTool.Recording(name), "--db", "results.duckdb",
        "--policy", "linux-4.9", "--policy", "linux-5.18", "--policy", "linux-6.19");
}

ResultTable kernels = ResultTable.Query("results.duckdb", """
    SELECT split_part(trace, '.', 1) || ' ' || policy AS replay, round(100 * hit_rate, 1) AS "hits %", misses,
        round(cost_mean_ns) AS "cost ns", freed,
        cached_peak_bytes // 1024 AS "cached peak KiB", waiting_peak_bytes // 1024 AS "RCU peak KiB", grade
    FROM summary
    ORDER BY trace, policy
    """);
Console.WriteLine(kernels);
Chart bars = new(kernels, "Hits by recording and release")
{
    Along = "replay", Value = "hits %",
};
Console.WriteLine(ChartText.Of(bars));

// What changed, and for whom.
Console.WriteLine(ResultTable.Query("results.duckdb", """
    SELECT trace, cause, sum(misses) FILTER (policy = 'linux-4.9') AS "4.9", sum(misses) FILTER (policy = 'linux-5.18') AS "5.18",
        "5.18" - "4.9" AS change
    FROM misses
    GROUP BY trace, cause
    HAVING sum(misses) > 0
    ORDER BY trace, cause
    """));

// Which one was it?
Console.Write(ForkTraceTool.Run(
    ["validate", .. recordings.Select(ForkTraceTool.Recording), "--policy", "linux-4.9", "--policy", "linux-5.18"]));

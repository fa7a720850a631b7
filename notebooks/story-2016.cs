#!/usr/bin/env dotnet
#:property PublishAot=false

// The story of 2016, replayed: story-2016.ipynb as a file-based app. It prints what the notebook shows.

ForkTraceTool.Run(
    "run", ForkTraceTool.Recording("native-6.18/pthread.perf.data.zst"), "--db", "results.duckdb", "--window", "2ms",
    "--policy", "pages-rcu", "--policy", "vmap-nocache-rcu", "--policy", "rcu-cache", "--policy", "vmap-nocache-early",
    "--policy", "linux-4.9", "--cost-model", "lwn-2016");

// Four steps.
ResultTable steps = ResultTable.Query("results.duckdb", """
    SELECT step, policy, round(100 * hit_rate, 1) AS "hits %", round(difference_to_pages_ns) AS "to pages ns",
        waiting_peak_bytes // 16384 AS "stacks waiting for RCU"
    FROM summary
    JOIN (
        VALUES (0, 'pages-rcu'), (1, 'vmap-nocache-rcu'), (2, 'rcu-cache'), (3, 'vmap-nocache-early'), (4, 'linux-4.9')
    ) AS steps (step, policy) USING (policy)
    ORDER BY step
    """);
Console.WriteLine(steps);
Chart bars = new(steps, "Cost of a fork's stack, against order-2 pages")
{
    Along = "policy", Value = "to pages ns",
};
Console.WriteLine(ChartText.Of(bars));

// Why a cache behind RCU does not help.
ResultTable waiting = ResultTable.Query("results.duckdb", """
    SELECT policy, start_ns / 1e6 AS ms, waiting_stacks AS "stacks waiting", cached_stacks AS cached
    FROM timeline
    WHERE policy IN ('rcu-cache', 'linux-4.9') AND start_ns BETWEEN 200_000_000 AND 300_000_000
    ORDER BY policy DESC, ms
    """);
Chart pile = new(waiting, "Dead tasks' stacks on their way")
{
    Along = "ms", Value = "stacks waiting", Series = "policy", IsLine = true,
};
Console.WriteLine(ChartText.Of(pile));

Console.WriteLine(ResultTable.Query("results.duckdb", """
    SELECT evidence, sum(callbacks) AS "task_structs freed", round(min(high_ns) FILTER (share_at_most >= 0.5) / 1e6, 1) AS "median delay ms"
    FROM rcu_delays
    WHERE operation = 'task_free'
    GROUP BY evidence
    ORDER BY evidence
    """));

// Would a larger one have helped?
ResultTable curve = ResultTable.Query("results.duckdb", """
    SELECT policy, capacity, round(100 * hit_rate, 2) AS "hits %"
    FROM capacity_curves
    WHERE capacity IN (0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64)
    ORDER BY policy, capacity
    """);
Chart larger = new(curve, "Hits by stacks a CPU")
{
    Along = "capacity", Value = "hits %", Series = "policy", IsLine = true,
};
Console.WriteLine(ChartText.Of(larger));

// Another load.
ForkTraceTool.Run(
    "run", ForkTraceTool.Recording("native-6.18/shell.perf.data.zst"), "--db", "shell.duckdb",
    "--policy", "pages-rcu", "--policy", "vmap-nocache-rcu", "--policy", "rcu-cache", "--policy", "linux-4.9");
Console.WriteLine(ResultTable.Query("shell.duckdb", """
    SELECT policy, round(100 * hit_rate, 1) AS "hits %", round(difference_to_pages_ns) AS "to pages ns"
    FROM summary
    ORDER BY hits, policy DESC
    """));

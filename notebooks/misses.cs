#!/usr/bin/env dotnet
#:property PublishAot=false

// Misses by cause: misses.ipynb as a file-based app. It prints what the notebook shows.

foreach (string name in new[] { "fork", "make", "prefork", "pthread", "shell" })
{
    ForkTraceTool.Run(
        "run", ForkTraceTool.Recording($"native-6.18/{name}.perf.data.zst"), "--db", "results.duckdb",
        "--policy", "rcu-cache", "--policy", "linux-4.9", "--policy", "linux-5.18", "--policy", "linux-4.9:capacity=16",
        "--policy", "parent-return", "--policy", "global-pool");
}

// The kernel that was recorded.
ResultTable causes = ResultTable.Query("results.duckdb", """
    SELECT replace(trace, '.perf.data.zst', '') AS load, cause, misses, round(100 * miss_rate, 1) AS "misses % of forks"
    FROM misses
    WHERE policy = 'linux-5.18'
    ORDER BY load, list_position(['cold', 'placement', 'node', 'rcu_delay', 'capacity'], cause)
    """);
Console.WriteLine(ResultTable.Query("results.duckdb", """
    PIVOT (SELECT replace(trace, '.perf.data.zst', '') AS load, cause, misses FROM misses WHERE policy = 'linux-5.18')
    ON cause IN ('cold', 'placement', 'node', 'rcu_delay', 'capacity') USING sum(misses)
    ORDER BY load
    """));
Chart bars = new(causes, "Misses of Linux 5.18 and later, of a hundred forks")
{
    Along = "load", Value = "misses % of forks", Series = "cause",
};
Console.WriteLine(ChartText.Of(bars));

// Does the cure help?
ResultTable cures = ResultTable.Query("results.duckdb", """
    SELECT replace(trace, '.perf.data.zst', '') AS load,
        CASE WHEN capacity = 2 THEN policy ELSE policy || ', ' || capacity || ' slots' END AS policy,
        misses, misses_placement AS placement, misses_rcu_delay AS rcu_delay, misses_capacity AS capacity, misses_cold AS cold
    FROM summary
    WHERE trace IN ('prefork.perf.data.zst', 'pthread.perf.data.zst')
    ORDER BY trace, summary.misses DESC, policy
    """);
Console.WriteLine(cures);

// Where tasks are forked and where they die.
Console.WriteLine(ResultTable.Query("results.duckdb", """
    SELECT replace(trace, '.perf.data.zst', '') AS load, fork_cpu AS "forked on", death_cpu AS "died on", tasks,
        round(100 * task_share, 1) AS "tasks %"
    FROM cpu_matrix
    ORDER BY load, fork_cpu, death_cpu
    """));

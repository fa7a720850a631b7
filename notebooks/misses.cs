#!/usr/bin/env dotnet
#:project ../src/Analytics
#:package ScottPlot
#:property PublishAot=false

// Misses by cause: misses.ipynb as a file-based app. It prints what the notebook shows,
// and draws its charts into a temporary folder.

using System.Data;
using ScottPlot;
using ScottPlot.Plottables;

string traces = $"{AppContext.GetData("EntryPointFileDirectoryPath")}/../sample-traces";

foreach (string name in new[] { "fork", "make", "prefork", "pthread", "shell" })
{
    Tool.Run(
        "run", $"{traces}/native-6.18/{name}.perf.data.zst", "--db", "results.duckdb",
        "--policy", "rcu-cache", "--policy", "linux-4.9", "--policy", "linux-5.18", "--policy", "linux-4.9:capacity=16",
        "--policy", "parent-return", "--policy", "global-pool");
}

// The kernel that was recorded.
Terminal.Print(Tool.Query("results.duckdb", """
    PIVOT (SELECT replace(trace, '.perf.data.zst', '') AS load, cause, misses FROM misses WHERE policy = 'linux-5.18')
    ON cause IN ('cold', 'placement', 'node', 'rcu_delay', 'capacity') USING sum(misses)
    ORDER BY load
    """));

DataTable causes = Tool.Query("results.duckdb", """
    WITH parts AS (
        SELECT replace(trace, '.perf.data.zst', '') AS load, cause, 100 * miss_rate AS percent,
            list_position(['cold', 'placement', 'node', 'rcu_delay', 'capacity'], cause) AS place
        FROM misses
        WHERE policy = 'linux-5.18'
    )
    SELECT load, cause, sum(percent) OVER (PARTITION BY load ORDER BY place) AS "to", "to" - percent AS "from"
    FROM parts
    ORDER BY load, place
    """);

string[] loads = [.. causes.AsEnumerable().Select(row => (string)row["load"]).Distinct()];
Plot chart = new();
foreach (IGrouping<string, DataRow> cause in causes.AsEnumerable().GroupBy(row => (string)row["cause"]))
{
    ScottPlot.Color color = chart.Add.GetNextColor();
    Bar[] bars = [.. cause.Select(row => new Bar
    {
        Position = -Array.IndexOf(loads, (string)row["load"]),
        ValueBase = (double)row["from"],
        Value = (double)row["to"],
        FillColor = color,
        LineWidth = 0,
    })];
    BarPlot part = chart.Add.Bars(bars);
    part.Horizontal = true;
    part.LegendText = cause.Key;
}

chart.Axes.Left.SetTicks([.. loads.Select((_, place) => -(double)place)], loads);
chart.Axes.Margins(left: 0);
chart.Title("Misses of Linux 5.18 and later");
chart.XLabel("misses per 100 forks");
chart.ShowLegend(Edge.Right);
Console.WriteLine(ChartFigures.Of(chart));
chart.SavePng($"{Tool.Folder}/causes.png", 700, 400);

// Does the cure help?
Terminal.Print(Tool.Query("results.duckdb", """
    SELECT replace(trace, '.perf.data.zst', '') AS load,
        CASE WHEN capacity = 2 THEN policy ELSE policy || ', ' || capacity || ' slots' END AS policy,
        misses, misses_placement AS placement, misses_rcu_delay AS rcu_delay, misses_capacity AS capacity, misses_cold AS cold
    FROM summary
    WHERE trace IN ('prefork.perf.data.zst', 'pthread.perf.data.zst')
    ORDER BY trace, summary.misses DESC, policy
    """));

// Where tasks are forked and where they die.
Terminal.Print(Tool.Query("results.duckdb", """
    SELECT replace(trace, '.perf.data.zst', '') AS load, fork_cpu AS "forked on", death_cpu AS "died on", tasks,
        round(100 * task_share, 1) AS "tasks %"
    FROM cpu_matrix
    ORDER BY load, fork_cpu, death_cpu
    """));

Console.Error.WriteLine($"The charts are in {Tool.Folder}.");

#!/usr/bin/env dotnet
#:project ../src/Analytics
#:package ScottPlot
#:property PublishAot=false

// Write your own policy: policy.ipynb as a file-based app. It prints what the notebook shows,
// and draws its charts into a temporary folder.

using System.Data;
using ScottPlot;
using ScottPlot.Plottables;

string traces = $"{AppContext.GetData("EntryPointFileDirectoryPath")}/../sample-traces";

// The file.
string steal = """
    public readonly struct StealPolicy(PolicyArguments arguments, MachineShape machine) : IStackPolicy<StealPolicy>
    {
        private readonly PerCpuCaches _caches = new(machine.Cpus, arguments["capacity"]);

        public static PolicyDescriptor Descriptor { get; } = new(
            "steal",
            "As linux-4.9; a CPU without a cached stack takes one of the next CPU that has one.",
            "none: an example",
            StackReturn.FinalSwitch,
            [StackOperationKind.Allocate, StackOperationKind.Release],
            [PolicyParameter.Capacity])
        {
            Reach = StackReach.Machine,
            MovesCached = true,
            SpansCpus = true,
        };

        public static StealPolicy Create(PolicyArguments arguments, MachineShape machine) => new(arguments, machine);

        public static void Fill(ref StealPolicy policy, StackLedger ledger, int cpu) => policy._caches.Fill(ledger, cpu);

        public static long Empty(ref StealPolicy policy, int cpu, bool isOffline) => policy._caches.Empty(cpu);

        public void Allocate(StackLedger ledger, int cpu, int task)
        {
            if (TryTake(cpu))
                ledger.Reuse(task);
            else
                ledger.MapNew(task);
        }

        public void Release(StackLedger ledger, int cpu, int task)
        {
            if (_caches.TryPut(cpu))
                ledger.Cache(task);
            else
                ledger.Free(task);
        }

        private bool TryTake(int cpu)
        {
            for (int step = 0; step < machine.Cpus; step++)
            {
                if (_caches.TryTake((cpu + step) % machine.Cpus))
                    return true;
            }

            return false;
        }
    }
    """;
File.WriteAllText($"{Tool.Folder}/steal.cs", steal);

// Does it conform?
Console.Write(Tool.Run("policy", "check", "steal.cs"));

// What would it buy?
foreach (string name in new[] { "make", "prefork", "pthread" })
{
    Tool.Run(
        "run", $"{traces}/native-6.18/{name}.perf.data.zst", "--db", "results.duckdb", "--policy-file", "steal.cs",
        "--policy", "linux-5.18", "--policy", "steal", "--policy", "parent-return", "--policy", "global-pool");
}

Terminal.Print(Tool.Query("results.duckdb", """
    SELECT replace(trace, '.perf.data.zst', '') AS load, policy, round(100 * hit_rate, 1) AS "hits %", misses,
        misses_placement AS placement, misses_capacity AS capacity, cached_peak_bytes // 1024 AS "cached peak KiB"
    FROM summary
    ORDER BY load, hit_rate DESC, policy
    """));

DataTable causes = Tool.Query("results.duckdb", """
    WITH parts AS (
        SELECT policy, cause, misses, list_position(['cold', 'placement', 'node', 'rcu_delay', 'capacity'], cause) AS place
        FROM misses
        WHERE trace = 'pthread.perf.data.zst'
    )
    SELECT policy, cause, sum(misses::DOUBLE) OVER (PARTITION BY policy ORDER BY place) AS "to", "to" - misses AS "from"
    FROM parts
    ORDER BY policy, place
    """);

string[] policies = [.. causes.AsEnumerable().Select(row => (string)row["policy"]).Distinct()];
Plot chart = new();
foreach (IGrouping<string, DataRow> cause in causes.AsEnumerable().GroupBy(row => (string)row["cause"]))
{
    ScottPlot.Color color = chart.Add.GetNextColor();
    Bar[] bars = [.. cause.Select(row => new Bar
    {
        Position = -Array.IndexOf(policies, (string)row["policy"]),
        ValueBase = (double)row["from"],
        Value = (double)row["to"],
        FillColor = color,
        LineWidth = 0,
    })];
    BarPlot part = chart.Add.Bars(bars);
    part.Horizontal = true;
    part.LegendText = cause.Key;
}

chart.Axes.Left.SetTicks([.. policies.Select((_, place) => -(double)place)], policies);
chart.Axes.Margins(left: 0);
chart.Title("Misses of 20,000 threads by cause");
chart.XLabel("misses");
chart.ShowLegend(Edge.Right);
Console.WriteLine(ChartFigures.Of(chart));
chart.SavePng($"{Tool.Folder}/causes.png", 700, 400);

Console.Error.WriteLine($"The charts are in {Tool.Folder}.");

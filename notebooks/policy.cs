#!/usr/bin/env dotnet
#:property PublishAot=false

// Write your own policy: policy.ipynb as a file-based app. It prints what the notebook shows.

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
File.WriteAllText(ForkTraceTool.InFolder("steal.cs"), steal);

// Does it conform?
Console.Write(ForkTraceTool.Run("policy", "check", "steal.cs"));

// What would it buy?
foreach (string name in new[] { "make", "prefork", "pthread" })
{
    ForkTraceTool.Run(
        "run", ForkTraceTool.Recording($"native-6.18/{name}.perf.data.zst"), "--db", "results.duckdb", "--policy-file", "steal.cs",
        "--policy", "linux-5.18", "--policy", "steal", "--policy", "parent-return", "--policy", "global-pool");
}

ResultTable results = ResultTable.Query("results.duckdb", """
    SELECT replace(trace, '.perf.data.zst', '') AS load, policy, round(100 * hit_rate, 1) AS "hits %", misses,
        misses_placement AS placement, misses_capacity AS capacity, cached_peak_bytes // 1024 AS "cached peak KiB"
    FROM summary
    ORDER BY load, hit_rate DESC, policy
    """);
Console.WriteLine(results);

ResultTable pthread = ResultTable.Query("results.duckdb", """
    SELECT policy, cause, misses
    FROM misses
    WHERE trace = 'pthread.perf.data.zst'
    ORDER BY policy, list_position(['cold', 'placement', 'node', 'rcu_delay', 'capacity'], cause)
    """);
Chart bars = new(pthread, "Misses of 20 000 threads by cause")
{
    Along = "policy", Value = "misses", Series = "cause",
};
Console.WriteLine(ChartText.Of(bars));

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Stack operations per second on one core: each policy with all figures, and all capacities 0..64 in one pass. Measures the CPU time of
/// this process; the minimum of some rounds is used, because other load on the machine only makes a round longer.
/// </summary>
internal static class ReplayBenchmark
{
    private const int AimMillions = 50;

    // Peers only count cache hits. Measured when the aims were set, on a machine of the same kind.
    private const string Peers =
        """

        For comparison, libCacheSim replays 4.5 (FIFO), 3.3 (LRU), 4.4 (Sieve) and 1.7 (Belady) million requests per second and core. It
        replays one cache of objects by key, and counts only hits. A bare loop over per-CPU counters, without books, does 55 to 90
        million operations; the aims come from that trial.
        """;

    public static void Run(TextWriter output, int forks, int rounds)
    {
        EventTable events = SyntheticTrace.Random(1, forks, 8);
        StackOperations operations = LifecycleBuilder.Build(events);
        MachineShape machine = MachineShape.Of(operations.CpuCount, operations.Tasks, [0, 0, 0, 0, 1, 1, 1, 1], []);
        ReplayContext context = new(operations, machine, ReplayConditions.Default);
        output.WriteLine(Head(operations, forks, rounds));
        foreach (PolicyEntry policy in PolicyCatalog.All)
        {
            if (policy.Resolve is null)
                Report(output, policy.Descriptor.Name, operations.Count, rounds, () => ReplayOnce(context, policy));
        }

        foreach (string policy in new[] { "linux-4.9", "linux-4.20", "rcu-cache" })
            ReportSweep(output, policy, operations, rounds, events);
        output.WriteLine(Peers);
    }

    private static string Head(StackOperations operations, int forks, int rounds) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        # Speed of replay

        Written by `dotnet run -c Release --project tests/Benchmarks -- replay --forks {forks} --runs {rounds} > docs/replay-performance.md`,
        on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} CPUs.

        Stack operations per second on one core: {operations.Count} operations of {forks} random forks on 8 CPUs and two nodes, with full books
        (hits, causes, costs by `{CostModelCatalog.Default}`, memory over time). CPU time of the process, the least of {rounds} rounds.

        | policy | M operations/s | aim |
        |---|---:|---:|
        """);

    private static void ReplayOnce(ReplayContext context, PolicyEntry policy)
    {
        StackLedger ledger = PolicyReplay.Run(context, PolicySelection.Parse(policy.Descriptor.Name));
        ledger.Close();
        if (ledger.Breaches > 0)
            throw new InvalidOperationException($"{policy.Descriptor.Name} lost stacks.");
    }

    // Compares rows of all 65 capacities, with every figure, with the row of one capacity.
    private static void ReportSweep(TextWriter output, string policy, StackOperations operations, int rounds, EventTable events)
    {
        ReplayPlan plan = ReplayPlan.Default.Under(one => one with { Start = CacheStart.Empty }) with { Threads = 1, Breakdown = false };
        ReplayPlan one = plan with { Policies = [PolicySelection.Parse(policy)] };
        ReplayPlan all = plan with { Policies = PolicySelection.ParseAll($"{policy}:capacity=0..64") };
        double oneSeconds = LeastSeconds(rounds, () => ReplayEngine.Run(events, operations, one));
        double allSeconds = LeastSeconds(rounds, () => ReplayEngine.Run(events, operations, all));
        double rate = operations.Count / allSeconds / 1e6;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {policy}:capacity=0..64 in one pass: {allSeconds / oneSeconds:0.0} x the time of one | {rate:0.0} | 2 x at most |"));
    }

    private static void Report(TextWriter output, string name, int operations, int rounds, Action work)
    {
        double seconds = LeastSeconds(rounds, work);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {operations / seconds / 1e6:0.0} | {AimMillions} |"));
    }

    private static double LeastSeconds(int rounds, Action work)
    {
        // Warm-up until the JIT's second tier is used; it compiles in the background.
        for (int round = 0; round < 4; round++)
            work();
        double least = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            work();
            least = Math.Min(least, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }

        return least;
    }
}

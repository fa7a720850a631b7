using System.Diagnostics;
using System.Globalization;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Stack operations a second on one core: each policy with full books, and all capacities 0..64 in one pass. CPU time of this process,
/// the least of some rounds: other load on the machine makes a round longer, never shorter.
/// </summary>
internal static class ReplayBenchmark
{
    public static void Run(TextWriter output, int forks, int rounds)
    {
        EventTable events = SyntheticTrace.Random(1, forks, 8);
        StackOperations operations = LifecycleBuilder.Build(events);
        MachineShape machine = MachineShape.Of(operations.CpuCount, operations.Tasks, [0, 0, 0, 0, 1, 1, 1, 1], []);
        ReplayContext context = new(operations, machine, CostModelCatalog.Load(CostModelCatalog.Default));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{operations.Count} operations, {forks} forks, {rounds} rounds"));
        foreach (PolicyEntry policy in PolicyCatalog.All)
        {
            if (policy.Resolve is null)
                Report(output, policy.Descriptor.Name, operations.Count, rounds, () => ReplayOnce(context, policy));
        }

        foreach (string policy in new[] { "linux-4.9", "linux-4.20", "rcu-cache" })
            ReportSweep(output, policy, operations, rounds, events);
    }

    private static void ReplayOnce(ReplayContext context, PolicyEntry policy)
    {
        StackLedger ledger = context.Replay(PolicySelection.Parse(policy.Descriptor.Name));
        ledger.Close();
        if (ledger.Breaches > 0)
            throw new InvalidOperationException($"{policy.Descriptor.Name} lost stacks.");
    }

    // Rows of all 65 capacities with every figure, against the row of one capacity.
    private static void ReportSweep(TextWriter output, string policy, StackOperations operations, int rounds, EventTable events)
    {
        ReplayPlan plan = ReplayPlan.Default with { Threads = 1, Bracket = false, Breakdown = false };
        ReplayPlan one = plan with { Policies = [PolicySelection.Parse(policy)] };
        ReplayPlan all = plan with { Policies = PolicySelection.ParseAll($"{policy}:capacity=0..64") };
        double oneSeconds = LeastSeconds(rounds, () => ReplayEngine.Run(events, operations, one));
        double allSeconds = LeastSeconds(rounds, () => ReplayEngine.Run(events, operations, all));
        double rate = operations.Count / allSeconds / 1e6;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{policy + ":capacity=0..64",-28} {rate,8:0.0} M op/s, {allSeconds / oneSeconds:0.00} x one capacity"));
    }

    private static void Report(TextWriter output, string name, int operations, int rounds, Action work)
    {
        double seconds = LeastSeconds(rounds, work);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} {operations / seconds / 1e6,8:0.0} M op/s"));
    }

    private static double LeastSeconds(int rounds, Action work)
    {
        // First until the JIT's second tier is in place: it compiles in the background.
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

using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Lifecycle;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Engine;

/// <summary>Runs a plan over a trace: builds the operations once, then one cell for each policy, in parallel and apart.</summary>
public static class ReplayEngine
{
    private const int DefaultWindows = 100;

    /// <summary>Replays every policy of the plan. Results are in the plan's order and the same at any number of threads.</summary>
    /// <exception cref="InvalidOperationException">A policy broke conservation: its result would be wrong, so there is none.</exception>
    public static ImmutableArray<CellResult> Run(EventTable events, ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(plan);
        StackOperations operations = LifecycleBuilder.Build(events, plan.Seed);
        CellResult[] results = new CellResult[plan.Policies.Length];
        Parallel.For(
            0,
            results.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, plan.Threads) },
            cell => results[cell] = RunCell(events.Facts, operations, plan.Policies[cell], plan));
        return [.. results];
    }

    private static CellResult RunCell(TraceFacts facts, StackOperations operations, PolicySelection selection, ReplayPlan plan)
    {
        PolicyDescriptor policy = selection.Policy.Descriptor;
        CellResult result = new()
        {
            Cell = CellId(facts, selection, plan),
            Trace = facts.Trace,
            TraceSha256 = facts.Sha256,
            Policy = policy.Name,
            Parameters = selection.Arguments.Values,
            CostModel = plan.Costs.Name,
            Seed = plan.Seed,
            Grade = Grade.Of(policy, operations.Evidence, facts),
            Unmet = UnmetNeed(facts, policy, operations.Evidence),
        };
        return result.Unmet is null ? Replay(result, operations, selection, plan) : result;
    }

    private static CellResult Replay(CellResult result, StackOperations operations, PolicySelection selection, ReplayPlan plan)
    {
        long windowNs = plan.WindowNs > 0 ? plan.WindowNs : Math.Max(1, (operations.LastNs - operations.FirstNs) / DefaultWindows);
        StackLedger ledger = new(operations, selection.Policy.Descriptor, plan.Costs, plan.Seed, windowNs);
        selection.Policy.Run(operations, selection.Arguments, ledger);
        MemoryUse memory = ledger.Close();
        if (ledger.Breaches > 0)
            throw new InvalidOperationException($"Policy {selection} lost or invented {ledger.Breaches} stacks on {result.Trace}.");
        return result with
        {
            Allocations = ledger.Allocations,
            FailedForks = operations.FailedForks,
            Hits = ledger.Hits,
            Misses = ledger.Misses,
            CachedAtRelease = ledger.CachedAtRelease,
            CachedByCallback = ledger.CachedByCallback,
            QueuedForRcu = ledger.QueuedForRcu,
            Freed = ledger.Freed,
            Latency = ledger.Latency,
            DifferenceToPagesNs = ledger.Allocations == 0 ? 0 : ledger.Latency.MeanNs - (ledger.PagesCostSumNs / ledger.Allocations),
            Memory = memory,
            WindowNs = windowNs,
            Series = ledger.Series,
        };
    }

    private static string? UnmetNeed(TraceFacts facts, PolicyDescriptor policy, EvidenceSummary evidence)
    {
        if (facts.ClockUnit != "ns")
            return $"the trace's clock '{facts.Clock}' does not count nanoseconds";
        if (evidence.Total(StackOperationKind.Allocate) == 0)
            return "the trace shows no fork: record task:task_newtask or sched:sched_process_fork";
        bool needsRelease = policy.Uses.Contains(StackOperationKind.Release);
        if (needsRelease && evidence.Total(StackOperationKind.Release) == 0)
            return "the trace shows no task's end: record sched:sched_switch (filter prev_state & 0x30) or sched:sched_process_exit";
        return null;
    }

    private static string CellId(TraceFacts facts, PolicySelection selection, ReplayPlan plan)
    {
        string key = string.Create(
            CultureInfo.InvariantCulture, $"{facts.Sha256}|{selection}|{plan.Costs.Name}|{plan.Seed}|{plan.WindowNs}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
    }
}

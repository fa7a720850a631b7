using System.Security.Cryptography;
using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Replay.Engine;

/// <summary>Runs a plan over a trace: builds the operations once, then replays one cell per policy, in parallel. Cells do not affect each
/// other.</summary>
public static class ReplayEngine
{
    /// <summary>
    /// Version of what the engine does for every policy (operations from events, books, costs, causes). Raise it by one with each change
    /// that may alter rows for the same trace and plan. <see cref="PolicyDescriptor.Version"/> is the version of a single policy's
    /// behaviour.
    /// </summary>
    public const int Version = 3;

    /// <summary>
    /// Replays every policy of the plan. Results are in the plan's order and the same at any number of threads. A policy that the plan
    /// names twice, or once by name and once as the trace's own, is replayed once. Events that show the kernel's own outcome are removed
    /// from the trace first (<see cref="ReplayInput"/>).
    /// </summary>
    /// <exception cref="InvalidOperationException">A policy broke conservation. Its result would be wrong, so there is none.</exception>
    /// <exception cref="PolicyException">A policy of a plug-in broke conservation, or threw.</exception>
    public static ImmutableArray<CellResult> Run(EventTable events, ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(plan);
        return Run(events, Operations(events, plan), plan);
    }

    /// <summary>The operations that a plan replays, built with its seed and models, from the events that a replay may use.</summary>
    public static StackOperations Operations(EventTable events, ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Progress?.Begin("finding stack operations", "", 0);
        return LifecycleBuilder.Build(ReplayInput.Of(events), plan.Conditions.Seed, null, plan.Conditions.Lifecycle);
    }

    /// <summary>Replays operations that <see cref="Operations"/> built for this plan, or for one that differs only in its
    /// policies.</summary>
    /// <exception cref="InvalidOperationException">A policy broke conservation. Its result would be wrong, so there is none.</exception>
    public static ImmutableArray<CellResult> Run(EventTable events, StackOperations operations, ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(plan);
        TraceStretch whole = TraceStretch.Whole(events, operations);
        ReplayPass pass = new(events.Facts, whole, plan);
        pass.Replay(whole, plan.Progress?.Begin("replaying", "cells", pass.Cells));
        return pass.Finish();
    }

    /// <summary>
    /// Replays a trace of any length: memory depends on the length of its stretches. While the cells replay one stretch, the next is built.
    /// </summary>
    /// <param name="stretches">The trace; no stretch may have been read yet.</param>
    /// <param name="facts">The facts known about it.</param>
    /// <param name="plans">The plans to replay, all in one pass.</param>
    /// <param name="look">Called with each stretch before it is replayed; may be null.</param>
    /// <returns>The results of each plan.</returns>
    /// <exception cref="InvalidOperationException">A policy broke conservation. Its result would be wrong, so there is none.</exception>
    public static ImmutableArray<CellResult>[] Run(
        TraceStretches stretches, TraceFacts facts, ImmutableArray<ReplayPlan> plans, Action<OperationStretch>? look = null)
    {
        ArgumentNullException.ThrowIfNull(stretches);
        ArgumentNullException.ThrowIfNull(facts);
        RefuseFuture(plans);
        bool hasTraits = plans.Any(plan => plan.Breakdown);
        WorkProgress.Step? step = plans[0].Progress?.Begin("replaying", "events", facts.EventsStored);
        (TraceStretch Stretch, long Rows)? next = Next();
        // One thread builds.
        ReplayPass[] passes =
            [.. plans.Select(plan => new ReplayPass(facts, next!.Value.Stretch, plan with { Threads = Math.Max(1, plan.Threads - 1) }))];
        long rows = 0;
        while (next is { } stretch)
        {
            Task<(TraceStretch Stretch, long Rows)?> building = Task.Run(Next);
            try
            {
                foreach (ReplayPass pass in passes)
                    pass.Replay(stretch.Stretch);
            }
            finally
            {
                // Even after a failure, no thread may still use the trace.
                ((IAsyncResult)building).AsyncWaitHandle.WaitOne();
            }

            step?.Add(stretch.Rows - rows);
            rows = stretch.Rows;
            next = building.GetAwaiter().GetResult();
        }

        return [.. passes.Select(pass => pass.Finish())];

        (TraceStretch Stretch, long Rows)? Next() =>
            stretches.Next() is { } built ? (Shown(built), built.Rows) : null;

        TraceStretch Shown(OperationStretch built)
        {
            look?.Invoke(built);
            return TraceStretch.Of(built, hasTraits);
        }
    }

    /// <summary>Why a plan cannot be replayed stretch by stretch; null if it can.</summary>
    public static string? NeedOfWhole(ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Reuse)
            return "--reuse follows each stack";
        return plan.Policies.FirstOrDefault(policy => policy.Policy.KnowsFuture) is { } policy
            ? $"policy {policy.Policy.Descriptor.Name} looks ahead"
            : null;
    }

    private static void RefuseFuture(ImmutableArray<ReplayPlan> plans)
    {
        if (plans.Select(NeedOfWhole).FirstOrDefault(need => need is not null) is { } need)
            throw new ArgumentException($"{need}: this needs the whole trace.", nameof(plans));
    }

    /// <summary>The cells of a plan, without figures.</summary>
    internal static IEnumerable<(PolicySelection Policy, CellResult Row)> Cells(TraceFacts facts, ReplayContext context, ReplayPlan plan)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);

        // A row says that caches began full only if they did.
        ReplayConditions conditions = plan.Conditions.On(facts) with { Start = CacheStart.Empty };
        foreach (PolicySelection asked in plan.Policies)
        {
            PolicySelection selection = asked.ResolveFor(facts, out string? unresolved);
            if (!seen.Add(selection.ToString()))
                continue;
            PolicyDescriptor policy = selection.Policy.Descriptor;
            yield return (selection, new CellResult
            {
                Cell = CellId.Of(facts, selection, plan.Conditions, context.Machine),
                Trace = facts.Trace,
                TraceDigest = facts.Digest,
                Policy = policy.Name,
                PolicyVersion = policy.Version,
                EngineVersion = Version,
                PolicyOrigin = selection.Policy.Origin,
                AskedFor = asked.AskedFor,
                Reason = selection.Reason,
                Parameters = selection.Arguments.Values,
                Conditions = conditions,
                Grade = Grade.Of(policy.Uses, new EvidenceSummary(), facts),
                Unmet = unresolved ?? UnmetClock(facts),
            });
        }
    }

    /// <summary>A cell with its grade, and with its unmet needs if the trace turned out not to show something.</summary>
    internal static CellResult Judge(CellResult cell, PolicySelection selection, TraceFacts facts, TraceSums sums)
    {
        PolicyDescriptor policy = selection.Policy.Descriptor;
        EvidenceSummary evidence = sums.EvidenceOf(policy);
        return cell with { Grade = Grade.Of(policy.Uses, evidence, facts), Unmet = cell.Unmet ?? UnmetNeed(policy, evidence) };
    }

    private static string? UnmetClock(TraceFacts facts) =>
        facts.ClockUnit == "ns" ? null : $"the trace's clock '{facts.Clock}' does not count nanoseconds";

    private static string? UnmetNeed(PolicyDescriptor policy, EvidenceSummary evidence)
    {
        if (evidence.Total(StackOperationKind.Allocate) == 0)
            return "the trace shows no fork: record task:task_newtask or sched:sched_process_fork";
        bool needsRelease = policy.Uses.Contains(StackOperationKind.Release);
        if (needsRelease && evidence.Total(StackOperationKind.Release) == 0)
            return "the trace shows no task's end: record sched:sched_switch (filter prev_state & 0x30) or sched:sched_process_exit";
        return null;
    }
}

/// <summary>The stable id of a cell: a hash of everything that its rows depend on.</summary>
internal static class CellId
{
    private static readonly MachineShape s_usual = new(1);

    public static string Of(TraceFacts facts, PolicySelection selection, ReplayConditions conditions, MachineShape machine)
    {
        string key = string.Join('|', [facts.Digest, selection.ToString(), .. ConditionDefinition.KeysOf(conditions)]);
        if ((machine.StackBytes, machine.PageBytes) != (s_usual.StackBytes, s_usual.PageBytes))
            key += string.Create(CultureInfo.InvariantCulture, $"|stack={machine.StackBytes}|page={machine.PageBytes}");
        if (selection.Policy.Origin.Length > 0)
            key += $"|plugin={selection.Policy.Origin}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
    }
}

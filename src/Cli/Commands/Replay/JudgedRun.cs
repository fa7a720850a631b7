using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>A replay. If the recording holds the kernel's own answer, the row of the kernel's own policy is compared with it.</summary>
internal static class JudgedRun
{
    /// <summary>Replays a plan over a recording, stretch by stretch if it is long and the plan allows it.</summary>
    /// <param name="trace">The recording.</param>
    /// <param name="plan">What to replay.</param>
    /// <param name="isKept">True for a database, false for the rows and their curves.</param>
    public static RunFindings Of(OpenedTrace trace, ReplayPlan plan, bool isKept)
    {
        string? need = ReplayEngine.NeedOfWhole(plan);
        if (trace.IsLong && need is null)
        {
            using EventStream recording = trace.Stream();
            return OfLong(recording, plan, isKept);
        }

        EventTable events = trace.Whole(need ?? "");
        StackOperations operations = ReplayEngine.Operations(events, plan);
        return isKept ? Of(events, operations, plan) : RowsOf(events, operations, plan);
    }

    /// <summary>Replays a plan over a recording, for a database.</summary>
    public static RunFindings Of(EventTable events, ReplayPlan plan) => Of(events, ReplayEngine.Operations(events, plan), plan);

    /// <summary>The same, over what was already built from the recording for this plan.</summary>
    public static RunFindings Of(EventTable events, StackOperations operations, ReplayPlan plan) =>
        Judge(events, operations, plan, RunFindings.Of(events, operations, plan));

    /// <summary>Only the rows and their curves, for a replay that keeps no results.</summary>
    public static RunFindings RowsOf(EventTable events, StackOperations operations, ReplayPlan plan)
    {
        ImmutableArray<CellResult> results = ReplayEngine.Run(events, operations, plan);
        RunFindings findings = new(events.Facts, results, HitRateCurve.Of(results), null) { ForkTimes = ForkLatency.Of(events) };
        return Judge(events, operations, plan, findings);
    }

    /// <summary>The same over a recording of any length, stretch by stretch.</summary>
    /// <param name="recording">The recording, not yet begun.</param>
    /// <param name="plan">What to replay.</param>
    /// <param name="isKept">True for a database, false for the rows and their curves.</param>
    /// <param name="lengths">How the recording is cut; null for the usual lengths.</param>
    public static RunFindings OfLong(EventStream recording, ReplayPlan plan, bool isKept, StretchLengths? lengths = null)
    {
        PolicySelection selection = PolicySelection.OwnOf(recording.Facts);
        if (selection.Policy.Resolve is not null)
            return RunFindings.OfLong(recording, plan, isKept, look: null, lengths);
        KernelComparison? comparison = null;
        RunFindings findings = RunFindings.OfLong(recording, plan, isKept, Look, lengths);
        return comparison is not null && findings.Own is { } own ? WithOwn(findings, own, comparison.Result()) : findings;

        void Look(StackOperations stretch, GroundTruth truth)
        {
            if (!truth.Exists)
                return;
            comparison ??= new KernelComparison(recording.Facts, truth, selection, EvidenceLevel.Standard, plan.Conditions);
            comparison.Add(stretch);
        }
    }

    // If the plan does not name the kernel's own policy, it is replayed in addition.
    private static RunFindings Judge(EventTable events, StackOperations operations, ReplayPlan plan, RunFindings findings)
    {
        PolicySelection selection = PolicySelection.OwnOf(events.Facts);
        if (selection.Policy.Resolve is not null)
            return findings;
        CellResult own = findings.Results.FirstOrDefault(result => result.IsOf(selection.ToString()))
            ?? ReplayEngine.Run(events, operations, plan with { Policies = [selection], Breakdown = false, Reuse = false })[0];
        return WithOwn(findings, own, own.Unmet is null ? Validator.ValidateOwn(events, operations, plan.Conditions) : null);
    }

    private static RunFindings WithOwn(RunFindings findings, CellResult own, ValidationResult? judged)
    {
        CellResult measured = judged is null || own.Unmet is not null ? own : own with { Measured = judged.Measured };
        return findings with { Own = measured, Results = [.. findings.Results.Select(row => row.Cell == own.Cell ? measured : row)] };
    }
}

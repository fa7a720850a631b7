using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>A replay. If the recording holds the kernel's own answer, the row of the kernel's own policy is compared with it.</summary>
internal static class JudgedRun
{
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

    // If the plan does not name the kernel's own policy, it is replayed in addition.
    private static RunFindings Judge(EventTable events, StackOperations operations, ReplayPlan plan, RunFindings findings)
    {
        PolicySelection selection = PolicySelection.OwnOf(events.Facts);
        if (selection.Policy.Resolve is not null)
            return findings;
        CellResult? row = findings.Results.FirstOrDefault(result => result.IsOf(selection.ToString()));
        CellResult own = row ?? ReplayEngine.Run(events, operations, plan with { Policies = [selection], Breakdown = false, Reuse = false })[0];
        if (own.Unmet is null && Validator.ValidateOwn(events, operations, plan.Conditions) is { } judged)
            own = own with { Measured = judged.Measured };
        return findings with { Own = own, Results = row is null ? findings.Results : findings.Results.Replace(row, own) };
    }
}

using ForkTrace.Fidelity.Validation;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>A replay whose row of the recorded kernel's own policy is held against the kernel's own answer, where the recording holds that.</summary>
internal static class JudgedRun
{
    /// <summary>Replays a plan over a recording.</summary>
    public static RunFindings Of(EventTable events, ReplayPlan plan) => Of(events, ReplayEngine.Operations(events, plan), plan);

    /// <summary>As the other, over what was built of the recording for this plan.</summary>
    public static RunFindings Of(EventTable events, StackOperations operations, ReplayPlan plan)
    {
        RunFindings findings = RunFindings.Of(events, operations, plan);
        return findings with { Results = Judged(events, operations, plan, findings.Results) };
    }

    /// <summary>The rows of a replay, the kernel's own with what was measured.</summary>
    public static ImmutableArray<CellResult> Judged(
        EventTable events, StackOperations operations, ReplayPlan plan, ImmutableArray<CellResult> results)
    {
        string own = PolicySelection.OwnOf(events.Facts).ToString();
        return results.FirstOrDefault(result => NameOf(result) == own && result.Unmet is null) is { } row
            && Validator.ValidateOwn(events, operations, plan.Conditions) is { } judged
            ? results.Replace(row, row with { Measured = judged.Measured })
            : results;
    }

    private static string NameOf(CellResult result) => result.Parameters.Count == 0
        ? result.Policy
        : $"{result.Policy}:{string.Join(',', result.Parameters.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")))}";
}

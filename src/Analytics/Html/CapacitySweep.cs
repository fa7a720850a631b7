using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Analytics.Html;

/// <summary>The cells behind a curve over capacity: each policy that has one, at 0 to 16 stacks per CPU.</summary>
public static class CapacitySweep
{
    private const int CapacityMax = 16;

    /// <summary>
    /// The plan with the missing cells of the sweep added after its own. The recorded kernel's own policy is swept too, whether or not the plan
    /// names it.
    /// </summary>
    public static ReplayPlan Extend(ReplayPlan plan, TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PolicySelection own = PolicySelection.OwnOf(facts);
        PolicySelection[] swept = own.Policy.Resolve is null ? [.. plan.Policies, own] : [.. plan.Policies];
        Dictionary<string, PolicySelection> cells = new(StringComparer.Ordinal);
        foreach (PolicySelection selection in swept.Concat(swept.SelectMany(Of)))
            cells.TryAdd(selection.ToString(), selection);
        return plan with { Policies = [.. cells.Values.OrderBy(cell => Place(plan.Policies, cell))] };
    }

    private static IEnumerable<PolicySelection> Of(PolicySelection selection)
    {
        string capacity = PolicyParameter.Capacity.Name;
        PolicyParameter? parameter = selection.Policy.Descriptor.Parameters.FirstOrDefault(one => one.Name == capacity);
        if (parameter is null)
            yield break;
        for (long stacks = parameter.Min; stacks <= Math.Min(CapacityMax, parameter.Max); stacks++)
            yield return selection.With(capacity, stacks);
    }

    // OrderBy is stable: the plan's own cells stay first and in order, those of the sweep follow.
    private static int Place(ImmutableArray<PolicySelection> own, PolicySelection cell) =>
        own.Any(selection => selection.ToString() == cell.ToString()) ? 0 : 1;
}

namespace ForkTrace.Replay.Engine;

/// <summary>
/// Hits against capacity for a plan's policies: all capacities at once for those that only count, and for others what the plan's own
/// cells hold.
/// </summary>
public static class CapacityCurves
{
    /// <summary>Greatest capacity of a curve that is made in one pass.</summary>
    public const int CapacityMax = 64;

    private const string Capacity = "capacity";

    /// <summary>
    /// The curves, those made in one pass first, each in the plan's order. The recorded kernel's own policy has one if it only counts, also
    /// where the plan does not name it.
    /// </summary>
    /// <param name="events">The trace.</param>
    /// <param name="operations">Built of it, with the plan's seed.</param>
    /// <param name="plan">What was replayed.</param>
    /// <param name="results">What came of it.</param>
    public static ImmutableArray<HitRateCurve> Of(
        EventTable events, StackOperations operations, ReplayPlan plan, ImmutableArray<CellResult> results)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(plan);
        ImmutableArray<PolicySelection> swept =
        [
            .. plan.Policies.Append(PolicySelection.OwnOf(events.Facts))
                .Select(asked => asked.ResolveFor(events.Facts, out _))
                .Where(selection => selection.Policy.Resolve is null)
                .Where(selection => CapacitySweep.TakesAll(selection.Policy.Descriptor, plan))
                .DistinctBy(selection => selection.Policy.Descriptor.Name)
                .SelectMany(AllCapacities),
        ];
        HitRateCurve[] onePass = swept.IsEmpty ? [] :
        [
            .. HitRateCurve.Of(ReplayEngine.Run(events, operations, Alone(plan, swept)))
                .Select(curve => curve with { IsOnePass = true }),
        ];
        return [.. onePass, .. HitRateCurve.Of(results).Where(curve => !onePass.Any(other => other.Policy == curve.Policy))];
    }

    private static ReplayPlan Alone(ReplayPlan plan, ImmutableArray<PolicySelection> swept) =>
        plan.Under(conditions => conditions with { Start = CacheStart.Empty }) with { Policies = swept, Breakdown = false };

    private static IEnumerable<PolicySelection> AllCapacities(PolicySelection selection)
    {
        PolicyParameter capacity = selection.Policy.Descriptor.Parameters.Single(parameter => parameter.Name == Capacity);
        for (long stacks = capacity.Min; stacks <= Math.Min(CapacityMax, capacity.Max); stacks++)
            yield return selection.With(Capacity, stacks);
    }
}

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

    // Replayed for the kernel's own policy where it cannot be swept in one pass.
    private static readonly ImmutableArray<long> s_few = [1, 2, 4, 8, 16];

    /// <summary>
    /// The curves, those made in one pass first, each in the plan's order. The recorded kernel's own policy has one, also where the plan does
    /// not name it: if it does more than count, at a few capacities that are replayed for it.
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
        PolicySelection own = PolicySelection.OwnOf(events.Facts);
        ImmutableArray<PolicySelection> swept =
        [
            .. plan.Policies.Append(own)
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
        HitRateCurve[] replayed = [.. HitRateCurve.Of(results).Where(curve => !onePass.Any(other => other.Policy == curve.Policy))];
        string name = own.Policy.Descriptor.Name;
        bool isDrawn = onePass.Any(curve => curve.Policy == name) || replayed.Any(curve => curve.Policy == name);
        return [.. onePass, .. replayed, .. isDrawn ? [] : Few(events, operations, plan, own, results)];
    }

    // The kernel's own cell is there already, unless its caches began full.
    private static ImmutableArray<HitRateCurve> Few(
        EventTable events, StackOperations operations, ReplayPlan plan, PolicySelection own, ImmutableArray<CellResult> results)
    {
        if (own.Policy.Resolve is not null || !own.Arguments.Values.ContainsKey(Capacity))
            return [];
        CellResult? there = results.FirstOrDefault(row => row.Policy == own.Policy.Descriptor.Name && !row.StartsFull);
        ImmutableArray<PolicySelection> missing =
            [.. s_few.Where(stacks => there?.Parameters[Capacity] != stacks).Select(stacks => own.With(Capacity, stacks))];
        ImmutableArray<CellResult> few = ReplayEngine.Run(events, operations, Alone(plan, missing));
        return HitRateCurve.Of(there is null ? few : few.Add(there));
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

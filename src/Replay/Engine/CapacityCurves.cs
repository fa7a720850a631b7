namespace ForkTrace.Replay.Engine;

/// <summary>
/// Hits by capacity for a plan's policies. Policies that only count are replayed at all capacities at once. For others the curve consists
/// of the plan's own cells.
/// </summary>
public static class CapacityCurves
{
    /// <summary>Highest capacity of a curve that is made in one pass.</summary>
    public const int CapacityMax = 64;

    private const string Capacity = "capacity";

    // Capacities that are replayed for the kernel's own policy if it cannot be swept in one pass.
    private static readonly ImmutableArray<long> s_few = [1, 2, 4, 8, 16];

    /// <summary>
    /// The curves, in the plan's order, those made in one pass first. The recorded kernel's own policy has a curve even if the plan does
    /// not name it. If it does more than count, a few capacities are replayed for it.
    /// </summary>
    /// <param name="events">The trace.</param>
    /// <param name="operations">The operations built from it, with the plan's seed.</param>
    /// <param name="plan">The plan that was replayed.</param>
    /// <param name="results">Its results.</param>
    public static ImmutableArray<HitRateCurve> Of(
        EventTable events, StackOperations operations, ReplayPlan plan, ImmutableArray<CellResult> results)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(plan);
        TraceFacts facts = events.Facts;
        ImmutableArray<ReplayPlan> plans = PlansFor(facts, plan);
        return Of(facts, plan, results, [.. plans.Select(one => ReplayEngine.Run(events, operations, one))]);
    }

    /// <summary>The additional plans for the curves of a plan: all capacities in one pass, then the few of the kernel's own
    /// policy.</summary>
    public static ImmutableArray<ReplayPlan> PlansFor(TraceFacts facts, ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(plan);
        PolicySelection own = PolicySelection.OwnOf(facts);
        PolicySelection[] asked = [.. plan.Policies.Select(one => one.ResolveFor(facts, out _))];
        PolicySelection[] inOnePass =
        [
            .. asked.Append(own.ResolveFor(facts, out _))
                .Where(selection => selection.Policy.Resolve is null)
                .Where(selection => CapacitySweep.TakesAll(selection.Policy.Descriptor, plan))
                .DistinctBy(selection => selection.Policy.Descriptor.Name),
        ];
        bool isDrawn = inOnePass.Any(selection => NameOf(selection) == NameOf(own))
            || asked.Where(selection => NameOf(selection) == NameOf(own)).DistinctBy(selection => selection.ToString()).Count() > 1;
        return
        [
            Alone(plan, [.. inOnePass.SelectMany(AllCapacities)]),
            Alone(plan, isDrawn ? [] : Few(plan, own, asked)),
        ];
    }

    /// <summary>The curves from the results of a plan, and of <see cref="PlansFor"/>.</summary>
    public static ImmutableArray<HitRateCurve> Of(
        TraceFacts facts, ReplayPlan plan, ImmutableArray<CellResult> results, ImmutableArray<CellResult>[] besides)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(besides);
        HitRateCurve[] onePass = [.. HitRateCurve.Of(besides[0]).Select(curve => curve with { IsOnePass = true })];
        HitRateCurve[] replayed = [.. HitRateCurve.Of(results).Where(curve => !onePass.Any(other => other.Policy == curve.Policy))];
        if (besides[1].IsEmpty)
            return [.. onePass, .. replayed];
        string name = NameOf(PolicySelection.OwnOf(facts));
        CellResult? there = results.FirstOrDefault(row => row.Policy == name && !row.StartsFull);
        return [.. onePass, .. replayed, .. HitRateCurve.Of(there is null ? besides[1] : besides[1].Add(there))];
    }

    // The plan has already replayed the kernel's own cell, unless its caches began full.
    private static ImmutableArray<PolicySelection> Few(ReplayPlan plan, PolicySelection own, PolicySelection[] asked)
    {
        if (own.Policy.Resolve is not null || !own.Arguments.Values.ContainsKey(Capacity))
            return [];
        PolicySelection? there = plan.Conditions.Start == CacheStart.Full ? null : asked.FirstOrDefault(selection => NameOf(selection) == NameOf(own));
        return [.. s_few.Where(stacks => there?.Arguments[Capacity] != stacks).Select(stacks => own.With(Capacity, stacks))];
    }

    private static string NameOf(PolicySelection selection) => selection.Policy.Descriptor.Name;

    private static ReplayPlan Alone(ReplayPlan plan, ImmutableArray<PolicySelection> swept) =>
        plan.Under(conditions => conditions with { Start = CacheStart.Empty }) with { Policies = swept, Breakdown = false };

    private static IEnumerable<PolicySelection> AllCapacities(PolicySelection selection)
    {
        PolicyParameter capacity = selection.Policy.Descriptor.Parameters.Single(parameter => parameter.Name == Capacity);
        for (long stacks = capacity.Min; stacks <= Math.Min(CapacityMax, capacity.Max); stacks++)
            yield return selection.With(Capacity, stacks);
    }
}

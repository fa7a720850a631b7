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
        TraceFacts facts = events.Facts;
        ImmutableArray<ReplayPlan> plans = PlansFor(facts, plan);
        return Of(facts, plan, results, [.. plans.Select(one => ReplayEngine.Run(events, operations, one))]);
    }

    /// <summary>What must be replayed besides a plan for its curves: all capacities in one pass, then the few of the kernel's own policy.</summary>
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

    /// <summary>The curves of a plan's results, and of those of <see cref="PlansFor"/>.</summary>
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

    // The kernel's own cell is there already, unless its caches began full.
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

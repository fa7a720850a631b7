using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Curves over capacity: from one pass if a policy only counts, else from the plan's cells.</summary>
public sealed class CapacityCurvesTests
{
    [Fact]
    public void A_policy_that_only_counts_has_a_curve_of_65_points_that_are_single_replays()
    {
        EventTable events = SyntheticTrace.Random(5, 1500, 3);
        HitRateCurve curve = Assert.Single(Of(events, Replays.Plan("linux-4.9", "linux-4.9:capacity=7", "linux-5.18")), one => one.Policy == "linux-4.9");
        Assert.True(curve.IsOnePass);
        Assert.Equal(Enumerable.Range(0, 65).Select(capacity => (long)capacity), curve.Points.Select(point => point.Capacity));
        foreach (CurvePoint point in curve.Points.Where(point => point.Capacity is 0 or 1 or 2 or 9 or 64))
        {
            CellResult single = Replays.Of(events, $"linux-4.9:capacity={point.Capacity}");
            Assert.Equal(
                (single.Hits, single.Latency.MeanNs, single.Memory.Cached.PeakBytes, single.Memory.Cached.MeanBytes, single.Allocations),
                (point.Hits, point.CostMeanNs!.Value, point.CachedPeakBytes, point.CachedMeanBytes, curve.Allocations));
        }
    }

    [Fact]
    public void A_policy_with_feedback_has_the_points_that_were_replayed()
    {
        EventTable events = SyntheticTrace.Random(6, 500, 2);
        ImmutableArray<HitRateCurve> curves = Of(events, Replays.Plan("linux-5.18:capacity=1|2|4", "rcu-cache"));
        Assert.Equal([("rcu-cache", true, 65), ("linux-5.18", false, 3)], curves.Select(one => (one.Policy, one.IsOnePass, one.Points.Length)));

        // The recorded kernel's own policy always has a curve: the capacities for it are replayed.
        HitRateCurve own = Assert.Single(Of(events, Replays.Plan("linux-5.18", "pages-early")));
        Assert.Equal([1, 2, 4, 8, 16], own.Points.Select(point => point.Capacity));
    }

    private static ImmutableArray<HitRateCurve> Of(EventTable events, ReplayPlan plan)
    {
        StackOperations operations = LifecycleBuilder.Build(events, plan.Conditions.Seed);
        return CapacityCurves.Of(events, operations, plan, ReplayEngine.Run(events, operations, plan));
    }
}

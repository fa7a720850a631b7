using ForkTrace.Analytics.Storage;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Profile;

namespace ForkTrace.Analytics;

/// <summary>All results of a run that a database keeps.</summary>
/// <param name="Facts">The recording.</param>
/// <param name="Results">One per cell, in the order of the plan.</param>
/// <param name="Curves">Hits against capacity, for policies that were swept or can be in one pass.</param>
/// <param name="Profile">What the recording says whatever the policy; null where its clock does not count nanoseconds.</param>
public sealed record RunFindings(
    TraceFacts Facts, ImmutableArray<CellResult> Results, ImmutableArray<HitRateCurve> Curves, TraceProfile? Profile)
{
    /// <summary>
    /// The row of the recorded kernel's own policy, which need not be among <see cref="Results"/>; null where nobody looked, or the
    /// recording does not tell its kernel.
    /// </summary>
    public CellResult? Own { get; init; }

    /// <summary>How long forks took in the recording; empty where its events do not measure that.</summary>
    public ImmutableArray<ForkLatency> ForkTimes { get; init; } = [];

    /// <summary>Replays a plan over a recording.</summary>
    public static RunFindings Of(EventTable events, ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(plan);
        return Of(events, ReplayEngine.Operations(events, plan), plan);
    }

    /// <summary>
    /// Replays a plan over a recording of any length, stretch by stretch, together with the recorded kernel's own policy.
    /// </summary>
    /// <param name="recording">The recording, not yet begun. Its facts are complete.</param>
    /// <param name="plan">What to replay; <see cref="ReplayEngine.NeedOfWhole"/> has nothing against it.</param>
    /// <param name="isKept">False if curves and the profile are not asked for.</param>
    /// <param name="look">Called with each stretch, and with what the kernel did in it; may be null.</param>
    /// <param name="lengths">How the recording is cut; null for the usual lengths.</param>
    public static RunFindings OfLong(
        EventStream recording, ReplayPlan plan, bool isKept, Action<StackOperations, GroundTruth>? look = null, StretchLengths? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(plan);
        TraceFacts facts = recording.Facts;
        GroundTruth truth = new(facts);
        ForkLatencies latencies = new(facts, truth);
        EventStream watched = new WatchedStream(recording, rows =>
        {
            truth.Add(rows);
            latencies.Add(rows);
        });
        PolicySelection own = PolicySelection.OwnOf(facts);
        bool hasOwn = own.Policy.Resolve is null;
        bool isAsked = plan.Policies.Any(asked => asked.ResolveFor(facts, out _).ToString() == own.ToString());
        ReplayPlan ownPlan = plan with { Policies = hasOwn && !isAsked ? [own] : [], Breakdown = false };
        ImmutableArray<ReplayPlan> curves = isKept ? CapacityCurves.PlansFor(facts, plan) : [];
        ProfilePass? profile = isKept && facts.ClockUnit == "ns" ? new ProfilePass(plan.Conditions.WindowNs) : null;
        using TraceStretches stretches = new(
            watched, facts, plan.Conditions.Seed, plan.Conditions.Lifecycle, lengths ?? StretchLengths.Default);
        ImmutableArray<CellResult>[] found = ReplayEngine.Run(stretches, facts, [plan, ownPlan, .. curves], stretch =>
        {
            profile?.Add(stretch);
            look?.Invoke(stretch.Operations, truth);
        });
        ImmutableArray<CellResult> results = found[0];
        return new RunFindings(
            facts,
            results,
            isKept ? CapacityCurves.Of(facts, plan, results, found[2..]) : HitRateCurve.Of(results),
            profile?.Finish())
        {
            ForkTimes = latencies.Result(),
            Own = !hasOwn ? null : isAsked ? results.FirstOrDefault(row => row.IsOf(own.ToString())) : found[1][0],
        };
    }

    /// <summary>The same, over what was already built from the recording for this plan.</summary>
    public static RunFindings Of(EventTable events, StackOperations operations, ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(plan);
        ImmutableArray<CellResult> results = ReplayEngine.Run(events, operations, plan);
        bool hasTime = events.Facts.ClockUnit == "ns";
        return new RunFindings(
            events.Facts,
            results,
            CapacityCurves.Of(events, operations, plan, results),
            hasTime ? TraceProfile.Of(events, operations, plan.Conditions.WindowNs) : null)
        {
            ForkTimes = ForkLatency.Of(events),
        };
    }

    /// <summary>Writes the run into the tables of results, inside the caller's transaction, and returns its number.</summary>
    internal long Write(DuckDBConnection connection, RunDescription run, WorkProgress? progress)
    {
        long id = new RunWriter(connection, progress).Write(run, Facts, Results);
        ProfileWriter profile = new(connection, id);
        profile.Write(Curves);
        profile.Write(Profile);
        profile.Write(ForkTimes);
        return id;
    }
}

using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Stretches;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Fidelity.Validation;

/// <summary>Replays a recording under a policy, from reduced evidence, and compares every fork with what the kernel did.</summary>
public static class Validator
{
    /// <summary>Validates one policy at one level of evidence.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="policy">The policy to compare with the kernel.</param>
    /// <param name="level">The events that the replay may use.</param>
    /// <param name="conditions">Seed, RCU model, pins and topology of the replay; null for the defaults.</param>
    /// <exception cref="NoTruthException">The recording does not show what its kernel did.</exception>
    /// <exception cref="PolicyException">The level needs probes that the recording lacks, or the policy of its kernel is unknown.</exception>
    public static ValidationResult Validate(EventTable events, PolicySelection policy, EvidenceLevel level, ReplayConditions? conditions = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(level);
        GroundTruth truth = GroundTruth.Of(events);
        if (!truth.Exists)
            throw new NoTruthException(events.Facts);
        EventTable seen = level.Reduce(events);
        CallbackTruth? callbacks = level.UsesCallbackTruth ? CallbackTruth.Of(events) : null;
        if (level.UsesCallbackTruth && callbacks is null)
            throw new PolicyException($"{events.Facts.Trace} holds no probes on RCU callbacks of stacks: evidence '{level.Name}' is not there");
        conditions ??= ReplayConditions.Default;
        StackOperations operations = LifecycleBuilder.Build(seen, conditions.Seed, callbacks, conditions.Lifecycle);
        return Judge(events, truth, operations, policy, level, conditions);
    }

    /// <summary>
    /// Validates policies at one level of evidence, over a recording of any length, in one pass. The level must not use the truth about
    /// callbacks, which has the whole recording in memory.
    /// </summary>
    /// <param name="recording">The recording, not yet begun. Its facts are complete.</param>
    /// <param name="policies">The policies to compare with the kernel.</param>
    /// <param name="level">The events that the replay may use.</param>
    /// <param name="conditions">Seed, RCU model, pins and topology of the replay; null for the defaults.</param>
    /// <param name="lengths">How the recording is cut; null for the usual lengths.</param>
    /// <returns>One result per policy.</returns>
    /// <exception cref="NoTruthException">The recording does not show what its kernel did.</exception>
    /// <exception cref="PolicyException">The policy of the recording's kernel is unknown.</exception>
    public static ImmutableArray<ValidationResult> Validate(
        EventStream recording,
        ImmutableArray<PolicySelection> policies,
        EvidenceLevel level,
        ReplayConditions? conditions = null,
        StretchLengths? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(level);
        if (level.UsesCallbackTruth)
            throw new ArgumentException($"evidence '{level.Name}' needs the whole recording.", nameof(level));
        TraceFacts facts = recording.Facts;
        GroundTruth truth = new(facts);
        if (!truth.Exists)
            throw new NoTruthException(facts);
        ReplayConditions replayed = conditions ?? ReplayConditions.Default;
        KernelComparison[] comparisons = [.. policies.Select(policy => new KernelComparison(facts, truth, policy, level, replayed))];
        EventStream seen = level.Reduce(new WatchedStream(recording, truth.Add));
        using TraceStretches stretches = new(seen, facts, replayed.Seed, replayed.Lifecycle, lengths ?? StretchLengths.Default);
        while (stretches.Next() is { } stretch)
        {
            Lazy<int[]> tids = new(() => TidsOf(stretch));
            foreach (KernelComparison comparison in comparisons)
                comparison.Add(stretch.Operations, slot => tids.Value[slot]);
        }

        return [.. comparisons.Select(comparison => comparison.Result())];
    }

    /// <summary>Compares the recorded kernel's own policy with its kernel, over operations that are already built.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="operations">Built from it by <see cref="ReplayEngine.Operations"/>, under the same conditions.</param>
    /// <param name="conditions">The conditions of the replay.</param>
    /// <returns>Null if the recording does not hold the kernel's own answer, or its kernel is unknown.</returns>
    public static ValidationResult? ValidateOwn(EventTable events, StackOperations operations, ReplayConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(conditions);
        PolicySelection policy = PolicySelection.OwnOf(events.Facts);
        GroundTruth truth = GroundTruth.Of(events);
        return truth.Exists && policy.Policy.Resolve is null
            ? Judge(events, truth, operations, policy, EvidenceLevel.Standard, conditions)
            : null;
    }

    private static ValidationResult Judge(
        EventTable events, GroundTruth truth, StackOperations operations, PolicySelection policy, EvidenceLevel level, ReplayConditions conditions)
    {
        int[] tids = TidsOf(events, events.Facts.Tasks, task => task);
        KernelComparison comparison = new(events.Facts, truth, policy, level, conditions);
        comparison.Add(operations, task => tids[task]);
        return comparison.Result();
    }

    private static int[] TidsOf(OperationStretch stretch) =>
        TidsOf(stretch.Events, stretch.Operations.Tasks, task => stretch.SlotOfTask[task]);

    private static int[] TidsOf(EventTable events, int count, Func<int, int> place)
    {
        int[] tids = new int[count];
        for (int row = 0; row < events.Count; row++)
        {
            if (events.Tasks[row] >= 0 && place(events.Tasks[row]) is >= 0 and int at)
                tids[at] = events.Tids[row];
        }

        return tids;
    }
}

/// <summary>A recording that replays cannot be compared with: no event shows what the kernel's own cache did.</summary>
public sealed class NoTruthException : Exception
{
    /// <param name="facts">The recording.</param>
    public NoTruthException(TraceFacts facts)
        : base(MessageOf(facts))
    {
    }

    public NoTruthException()
    {
    }

    public NoTruthException(string message)
        : base(message)
    {
    }

    public NoTruthException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    // The cache came with 4.9 (ac496bf48d97), vmalloc events with 6.2 (include/trace/events/vmalloc.h).
    private static string MessageOf(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Issues.FirstOrDefault(issue => issue.Code == "probe_map") is { } map)
            return $"{facts.Trace} does not show what its kernel did, hit or miss: no event of it meets the conditions. {map.Message}";
        KernelRelease? release = KernelRelease.Parse(facts.Kernel);
        if (release is { } uncached && !uncached.IsAtLeast(4, 9))
            return $"{facts.Trace} has no hits or misses to compare with: its kernel is older than 4.9 and caches no stacks";
        string how = release is { } old && !old.IsAtLeast(6, 2)
            ? "its kernel is older than 6.2, so 'forktrace record' records it at level truth with a kprobe on __vmalloc_node_range"
            : "'forktrace record' records it as vmalloc:alloc_vmap_area (align>=16384; before kernel 6.2, at level truth, by a kprobe)";
        return $"{facts.Trace} does not show what its kernel did, hit or miss: {how}; probes of your own are read with a probe map (docs/fidelity.md)";
    }
}

namespace ForkTrace.Lifecycle.Conditions;

/// <summary>What a recording does not tell of its machine, and when and where stacks are given back depends on.</summary>
public sealed record LifecycleConditions
{
    public static LifecycleConditions Default { get; } = new();

    /// <summary>When and where RCU callbacks run that the recording does not show.</summary>
    public RcuModel Rcu { get; init; } = RcuModel.Default;

    /// <summary>What delays releases; null for nothing.</summary>
    public PinModel? Pins { get; init; }

    /// <summary>Memory nodes and last-level caches of the CPUs; null for the recording's own.</summary>
    public MachineTopology? Topology { get; init; }

    /// <summary>True if nothing that the recording shows is overruled.</summary>
    public bool IsAsRecorded => !Rcu.IsAlways && Pins is null;

    /// <summary>Why the topology does not fit a recording; null if it does.</summary>
    public string? TopologyMisfit(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Topology is { Cpus: > 0 and int cpus } && cpus < facts.Cpus
            ? string.Create(
                CultureInfo.InvariantCulture, $"the topology names CPUs 0 to {cpus - 1}, but {facts.Trace} has {facts.Cpus} CPUs")
            : null;
    }

    /// <summary>Why the model of RCU does not fit a recording; null if it does.</summary>
    public string? RcuMisfit(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Unknown("nocb", Rcu.OffloadedCpus, facts) ?? Unknown("on", Rcu.HousekeepingCpus, facts);
    }

    // A recording of no CPU at all has no events either, which is said where its cells have no answer.
    private static string? Unknown(string name, ImmutableArray<int> cpus, TraceFacts facts) =>
        !cpus.IsEmpty && facts.Cpus > 0 && cpus[^1] >= facts.Cpus
            ? string.Create(
                CultureInfo.InvariantCulture, $"{name} names CPU {cpus[^1]}, but {facts.Trace} has CPUs 0 to {facts.Cpus - 1}")
            : null;
}

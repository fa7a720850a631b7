namespace ForkTrace.Lifecycle.Conditions;

/// <summary>Conditions that decide when and where stacks are given back, and that the recording does not tell.</summary>
public sealed record LifecycleConditions
{
    public static LifecycleConditions Default { get; } = new();

    /// <summary>When and where RCU callbacks run that the recording does not show.</summary>
    public RcuModel Rcu { get; init; } = RcuModel.Default;

    /// <summary>Model of readers that delay releases; null for none.</summary>
    public PinModel? Pins { get; init; }

    /// <summary>Memory nodes and last-level caches of the CPUs; null for the recording's own.</summary>
    public MachineTopology? Topology { get; init; }

    /// <summary>True if nothing that the recording shows is overridden.</summary>
    public bool IsAsRecorded => !Rcu.IsAlways && Pins is null;

    /// <summary>Why the topology does not fit a recording; null if it fits.</summary>
    public string? TopologyMisfit(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Topology is { Cpus: > 0 and int cpus } && cpus < facts.Cpus
            ? string.Create(
                CultureInfo.InvariantCulture, $"the topology names CPUs 0 to {cpus - 1}, but {facts.Trace} has {facts.Cpus} CPUs")
            : null;
    }

    /// <summary>Why the model of RCU does not fit a recording; null if it fits.</summary>
    public string? RcuMisfit(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Unknown("nocb", Rcu.OffloadedCpus, facts) ?? Unknown("on", Rcu.HousekeepingCpus, facts);
    }

    // A recording without CPUs has no events either. The result of its cells reports that.
    private static string? Unknown(string name, ImmutableArray<int> cpus, TraceFacts facts) =>
        !cpus.IsEmpty && facts.Cpus > 0 && cpus[^1] >= facts.Cpus
            ? string.Create(
                CultureInfo.InvariantCulture, $"{name} names CPU {cpus[^1]}, but {facts.Trace} has CPUs 0 to {facts.Cpus - 1}")
            : null;
}

namespace ForkTrace.Replay.Policies;

/// <summary>The name <c>linux</c>: what the recorded kernel itself did, by <see cref="KernelTable"/>.</summary>
internal readonly struct TraceKernelPolicy : IPolicyPresets
{
    public const string Name = "linux";

    public static ImmutableArray<PolicyEntry> Entries { get; } =
    [
        PolicyEntry.StandIn(
            new PolicyDescriptor(
                Name,
                "What the recorded kernel itself did; the row names the policy, and why.",
                "kernel/fork.c of the trace's release and configuration (kernels.tsv)",
                StackReturn.FinalSwitch,
                [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback, StackOperationKind.TaskFree],
                [PolicyParameter.Capacity])
            {
                Group = PolicyGroup.Release,
            },
            Resolve),
    ];

    private static (string? Name, string? Reason) Resolve(TraceFacts facts)
    {
        RecordedKernel kernel = KernelTable.Of(facts);
        return (kernel.Policy, kernel.Reason);
    }
}

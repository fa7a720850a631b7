namespace ForkTrace.Replay.Policies;

/// <summary>The name <c>linux</c>: the policy of the recorded kernel, found by <see cref="KernelTable"/>.</summary>
internal readonly struct TraceKernelPolicy : IPolicyPresets
{
    public const string Name = "linux";

    public static ImmutableArray<PolicyEntry> Entries { get; } =
    [
        PolicyEntry.StandIn(
            new PolicyDescriptor(
                Name,
                "The policy of the recorded kernel; the row names it, and why.",
                "kernel/fork.c for the trace's release and configuration (kernels.tsv)",
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

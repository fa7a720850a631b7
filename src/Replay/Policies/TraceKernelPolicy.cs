namespace ForkTrace.Replay.Policies;

/// <summary>
/// The name <c>linux</c>: what the recorded kernel itself did, by its release. Takes CONFIG_VMAP_STACK=y where the architecture has it, as
/// distributions do; no recording shows it.
/// </summary>
internal readonly struct TraceKernelPolicy : IPolicyPresets
{
    public const string Name = "linux";

    // HAVE_ARCH_VMAP_STACK: Documentation/mm/vmalloced-kernel-stacks.rst.
    private static readonly ImmutableArray<string> s_vmapMachines = ["x86_64", "aarch64", "ppc64le", "ppc64", "riscv64", "s390x"];

    public static ImmutableArray<PolicyEntry> Entries { get; } =
    [
        PolicyEntry.StandIn(
            new PolicyDescriptor(
                Name,
                "What the recorded kernel's own release did; the row names the policy.",
                "kernel/fork.c of the trace's release, CONFIG_VMAP_STACK=y where the architecture has it",
                StackReturn.FinalSwitch,
                [StackOperationKind.Allocate, StackOperationKind.Release, StackOperationKind.StackCallback, StackOperationKind.TaskFree],
                [PolicyParameter.Capacity])
            {
                Group = PolicyGroup.Release,
            },
            Resolve),
    ];

    /// <summary>The policy of a trace's kernel.</summary>
    public static (string? Name, string? Reason) Resolve(TraceFacts facts)
    {
        if (KernelRelease.Parse(facts.Kernel) is not { } release)
        {
            string found = facts.Kernel.Length == 0 ? "no kernel release" : $"the kernel release '{facts.Kernel}'";
            return (null, $"the trace gives {found}: name the policy yourself (linux-5.18, ...)");
        }

        bool isArm = facts.Machine is "aarch64";
        bool hasVmap = (facts.Machine.Length == 0 || s_vmapMachines.Contains(facts.Machine)) && (!isArm || release.IsAtLeast(4, 14));
        return (NameOf(release, hasVmap), null);
    }

    private static string NameOf(KernelRelease release, bool hasVmap)
    {
        if (!release.IsAtLeast(4, 9))
            return "pages-rcu";
        if (!hasVmap)
            return release.IsAtLeast(5, 18) ? "pages-call-rcu" : "pages-early";
        if (release.IsAtLeast(6, 19))
            return "linux-6.19";
        if (release.IsAtLeast(5, 18))
            return "linux-5.18";
        if (release.IsAtLeast(4, 20))
            return "linux-4.20";
        if (release.IsAtLeast(4, 17))
            return "linux-4.17";
        if (release.IsAtLeast(4, 12))
            return "linux-4.12";
        return release.IsAtLeast(4, 10) ? "linux-4.10" : "linux-4.9";
    }
}

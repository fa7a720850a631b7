using System.Collections.Immutable;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;

namespace ForkTrace.Replay.Tests;

/// <summary>Policies with one fault each. They run <see cref="BrokenPolicy{T}"/>, which a search for policies in an assembly does not
/// find.</summary>
internal static class BrokenPolicies
{
    public static ImmutableArray<PolicyEntry> All { get; } =
    [
        Entry("broken-leak", BrokenPolicyFault.Leak),
        Entry("broken-keep", BrokenPolicyFault.Keep),
        Entry("broken-invent", BrokenPolicyFault.Invent),
        Entry("broken-throw", BrokenPolicyFault.Throw),
        Entry("broken-allocate", BrokenPolicyFault.Allocate),
        Entry("broken-static", BrokenPolicyFault.Static),
        Entry("broken-claim", BrokenPolicyFault.Claim, onlyCounts: true),
        Entry("broken-remember", BrokenPolicyFault.None),
        Entry("broken-share", BrokenPolicyFault.Share),
        Entry("broken-drop-elsewhere", BrokenPolicyFault.DropElsewhere),
        Entry("broken-steal", BrokenPolicyFault.Share, movesCached: true),
        Entry("broken-range", BrokenPolicyFault.None, capacity: PolicyParameter.Capacity with { Default = -1 }),
    ];

    private static PolicyEntry Entry(string name, BrokenPolicyFault fault, bool onlyCounts = false, PolicyParameter? capacity = null, bool movesCached = false)
    {
        PolicyDescriptor descriptor = new(
            name,
            "Must fail.",
            "none: a test",
            StackReturn.FinalSwitch,
            [StackOperationKind.Allocate, StackOperationKind.Release],
            [capacity ?? PolicyParameter.Capacity])
        { OnlyCounts = onlyCounts, MovesCached = movesCached };
        return new PolicyEntry(
            descriptor,
            (operations, machine, arguments) =>
                new PolicyRun<BrokenPolicy<int>>(new BrokenPolicy<int>(fault, arguments["capacity"], machine), operations),
            (_, machine) => machine.StackBytes);
    }
}

using ForkTrace.Events.Synthesis;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Conformance;

/// <summary>Checks the descriptor of a policy.</summary>
internal static class DescriptorCheck
{
    public static void Require(PolicyEntry policy)
    {
        PolicyDescriptor descriptor = policy.Descriptor;
        ConformanceSuite.Require(IsName(descriptor.Name), $"the name '{descriptor.Name}' may contain only letters, digits, '.', '_', '-'");
        ConformanceSuite.Require(descriptor.Summary.Length > 0, $"the summary is empty");
        ConformanceSuite.Require(descriptor.Version >= 1, $"the version is {descriptor.Version}, but versions start at 1");
        ConformanceSuite.Require(!descriptor.Uses.IsDefaultOrEmpty, $"Uses is empty: name the operations that the policy depends on");
        ConformanceSuite.Require(!descriptor.Parameters.IsDefault, $"Parameters is not set: use [] if there are none");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (PolicyParameter parameter in descriptor.Parameters)
        {
            ConformanceSuite.Require(
                IsName(parameter.Name), $"the parameter name '{parameter.Name}' may contain only letters, digits, '.', '_', '-'");
            ConformanceSuite.Require(names.Add(parameter.Name), $"two parameters are named '{parameter.Name}'");
            bool isWithin = parameter.Default >= parameter.Min && parameter.Default <= parameter.Max;
            ConformanceSuite.Require(
                isWithin, $"the default of {parameter.Name} is {parameter.Default}, but must be {parameter.Min} to {parameter.Max}");
        }

        bool canSweep = !descriptor.OnlyCounts || names.SetEquals(["capacity"]);
        ConformanceSuite.Require(canSweep, $"OnlyCounts is set, but capacity is not the only parameter");
    }

    private static bool IsName(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}

/// <summary>Operations allocate no managed memory.</summary>
internal static class AllocationCheck
{
    private const int Rounds = 3;

    public static void Require(PolicyEntry policy)
    {
        StackOperations operations = LifecycleBuilder.Build(RandomLoad.Make(2, 20_000, 4).ToTable());
        PolicySelection selection = ConformanceReplay.Select(policy);
        ReplayContext context = ConformanceReplay.Windowless(operations);
        long least = long.MaxValue;

        // The first rounds also run code for the first time; what that allocates does not count.
        for (int round = 0; round < Rounds; round++)
        {
            StackLedger ledger = new(context, policy.Descriptor);
            PolicyRun run = policy.Begin(operations, context.Machine, selection.Arguments);
            run.Replay(ledger, 0, operations.Count / 4);
            long before = GC.GetAllocatedBytesForCurrentThread();
            run.Replay(ledger, operations.Count / 4, operations.Count);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // The queue of vfrees doubles its array when it is full.
        bool hasQueue = policy.Descriptor.Work.HasFlag(StackWork.DeferredVfree);
        long mostBytes = hasQueue ? operations.Count / 4 : 0;
        ConformanceSuite.Require(
            least <= mostBytes, $"{operations.Count * 3 / 4} operations allocate {least} bytes, but at most {mostBytes} are allowed");
    }
}

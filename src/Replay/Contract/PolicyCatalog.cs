using System.Reflection;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Contract;

/// <summary>All policies of this assembly, in ordinal order of name, and the names that stand for one of them, such as
/// <c>linux</c>.</summary>
public static class PolicyCatalog
{
    /// <summary>The policies that are replayed if the user names none: the options of 2016, then those of kernels.</summary>
    public static ImmutableArray<string> Defaults { get; } =
        ["pages-rcu", "pages-early", "vmap-nocache-rcu", "vmap-nocache-early", "rcu-cache", "linux-4.9", "linux-5.18"];

    public static ImmutableArray<PolicyEntry> All { get; } = Find(typeof(PolicyCatalog).Assembly);

    /// <summary>The policy of that name.</summary>
    /// <exception cref="PolicyException">There is no such policy.</exception>
    public static PolicyEntry ByName(string name) => ByName(name, []);

    /// <summary>The policy of that name: first among the plug-ins, then in the catalogue.</summary>
    /// <exception cref="PolicyException">There is no such policy.</exception>
    public static PolicyEntry ByName(string name, ImmutableArray<PolicyEntry> plugged)
    {
        ImmutableArray<PolicyEntry> known = [.. plugged, .. All];
        return known.FirstOrDefault(policy => policy.Descriptor.Name == name)
            ?? throw new PolicyException(
                $"there is no policy '{name}'; known policies: {string.Join(", ", known.Select(policy => policy.Descriptor.Name))}");
    }

    /// <summary>The policies of an assembly.</summary>
    public static ImmutableArray<PolicyEntry> Find(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        List<PolicyEntry> entries = [];
        foreach (Type type in assembly.GetTypes())
        {
            if (!type.IsValueType || type.ContainsGenericParameters)
                continue;
            if (type.IsAssignableTo(typeof(IPolicyPresets)))
                entries.AddRange((ImmutableArray<PolicyEntry>)Call(nameof(EntriesOf), type));
            else if (Array.Exists(type.GetInterfaces(), IsPolicyInterface))
                entries.Add((PolicyEntry)Call(nameof(EntryOf), type));
        }

        entries.Sort((left, right) => string.CompareOrdinal(left.Descriptor.Name, right.Descriptor.Name));
        for (int index = 1; index < entries.Count; index++)
        {
            if (entries[index].Descriptor.Name == entries[index - 1].Descriptor.Name)
                throw new InvalidOperationException($"Two policies are named '{entries[index].Descriptor.Name}'.");
        }

        return [.. entries];
    }

    private static bool IsPolicyInterface(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IStackPolicy<>);

    private static object Call(string method, Type type) =>
        typeof(PolicyCatalog).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null)!;

    private static ImmutableArray<PolicyEntry> EntriesOf<TPresets>()
        where TPresets : IPolicyPresets =>
        TPresets.Entries;

    private static PolicyEntry EntryOf<TPolicy>()
        where TPolicy : struct, IStackPolicy<TPolicy> =>
        new(
            TPolicy.Descriptor,
            (operations, machine, arguments) =>
                new PolicyRun<TPolicy>(TPolicy.CreateKnowing(arguments, machine, operations), operations),
            TPolicy.BytesOfStack)
        {
            FromTrace = TPolicy.FromTrace,
            KnowsFuture = PolicyRun<TPolicy>.Writes(nameof(IStackPolicy<>.CreateKnowing)),
        };
}

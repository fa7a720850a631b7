using System.Reflection;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;

namespace ForkTrace.Cli.Plugins;

/// <summary>
/// Methods that policies had under an earlier contract. A policy that still has them compiles, because members with a default are optional.
/// But nothing calls the old methods, so its caches would never be filled or emptied.
/// </summary>
internal static class EarlierContract
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Refuses policies with such a method, unless they also have its replacement.</summary>
    /// <exception cref="PolicyException">A policy has such a method. The message names each one and its replacement.</exception>
    public static void Refuse(Assembly assembly, string path)
    {
        ImmutableArray<string> found = [.. assembly.GetTypes().Where(IsPolicy).SelectMany(Left)];
        if (!found.IsEmpty)
            throw new PolicyException($"{path} is written for an earlier ForkTrace: {string.Join("; ", found)}");
        found = [.. assembly.GetTypes().Where(IsPolicy).SelectMany(Misspelled)];
        if (!found.IsEmpty)
            throw new PolicyException($"{path}: {string.Join("; ", found)}");
    }

    /// <summary>
    /// A note to add to the runtime's message that types cannot be loaded, if the assembly was built against such methods; else an empty
    /// text.
    /// </summary>
    public static string NoteOn(string reason)
    {
        string contract = typeof(IStackPolicy<>).FullName!;
        if (reason.Contains($"{contract}.CpuOffline(", StringComparison.Ordinal))
            return " It is built for an earlier ForkTrace: Empty(ref TSelf, int cpu, bool isOffline) has replaced it.";
        if (reason.Contains($"{contract}.BytesOfStack(", StringComparison.Ordinal))
            return " It is built for an earlier ForkTrace: BytesOfStack(PolicyArguments, MachineShape) has replaced it.";
        return reason.Contains($"{contract}.Fill(", StringComparison.Ordinal)
            ? " It is built for an earlier ForkTrace: Fill(ref TSelf, StackLedger, int cpu) has replaced it."
            : "";
    }

    // Such a policy compiles too, because these members have a default.
    private static IEnumerable<string> Misspelled(Type policy)
    {
        foreach (MethodInfo method in policy.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
        {
            bool isHandler = method.Name is nameof(IStackPolicy<>.StackCallback) or nameof(IStackPolicy<>.TaskFree);
            if (isHandler && !Has([method], method.Name, typeof(StackLedger), typeof(int), typeof(int)))
                yield return $"nothing calls {policy.Name}.{method.Name}, which must be {method.Name}(StackLedger ledger, int cpu, int task)";
        }
    }

    private static bool IsPolicy(Type type) =>
        type.IsValueType
        && Array.Exists(type.GetInterfaces(), known => known.IsGenericType && known.GetGenericTypeDefinition() == typeof(IStackPolicy<>));

    private static IEnumerable<string> Left(Type policy)
    {
        Type self = policy.MakeByRefType();
        MethodInfo[] methods = policy.GetMethods(Static);
        if (Has(methods, "CpuOffline", self, typeof(StackLedger), typeof(int)) && !Has(methods, "Empty", self, typeof(int), typeof(bool)))
        {
            yield return $"nothing calls {policy.Name}.CpuOffline(ref {policy.Name}, StackLedger, int), which "
                + $"Empty(ref {policy.Name}, int cpu, bool isOffline) has replaced";
        }

        if (Has(methods, "Fill", self, typeof(StackLedger)) && !Has(methods, "Fill", self, typeof(StackLedger), typeof(int)))
        {
            yield return $"nothing calls {policy.Name}.Fill(ref {policy.Name}, StackLedger), which "
                + $"Fill(ref {policy.Name}, StackLedger, int cpu) has replaced";
        }

        Type[] sized = [typeof(PolicyArguments), typeof(MachineShape)];
        if (Has(methods, "BytesOfStack", typeof(PolicyArguments)) && !Has(methods, "BytesOfStack", sized))
        {
            yield return $"nothing calls {policy.Name}.BytesOfStack(PolicyArguments), which "
                + "BytesOfStack(PolicyArguments, MachineShape machine) has replaced";
        }
    }

    // The name of an explicit implementation begins with the name of the interface.
    private static bool Has(MethodInfo[] methods, string name, params Type[] parameters) => Array.Exists(
        methods,
        method => (method.Name == name || method.Name.EndsWith($".{name}", StringComparison.Ordinal))
            && method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(parameters));
}

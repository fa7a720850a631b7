using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Contract;

/// <summary>A policy in the catalogue: its descriptor and the engine's loop made for its type.</summary>
/// <param name="Descriptor">What the policy is.</param>
/// <param name="Begin">A replay of operations under the policy, not yet begun.</param>
/// <param name="BytesOfStack">Bytes of memory that one stack holds under it on a machine.</param>
public sealed record PolicyEntry(
    PolicyDescriptor Descriptor,
    Func<StackOperations, MachineShape, PolicyArguments, PolicyRun> Begin,
    Func<PolicyArguments, MachineShape, long> BytesOfStack)
{
    /// <summary>
    /// For a name that stands for another policy by trace: the policy's name and why it is that one, where it depends on the trace; or null
    /// and why the trace does not tell. Null for policies proper.
    /// </summary>
    public Func<TraceFacts, (string? Name, string? Reason)>? Resolve { get; init; }

    /// <summary>An entry of a name that stands for another policy.</summary>
    /// <param name="descriptor">The name, and what the policies that it stands for have in common.</param>
    /// <param name="resolve">As <see cref="Resolve"/>.</param>
    public static PolicyEntry StandIn(PolicyDescriptor descriptor, Func<TraceFacts, (string? Name, string? Reason)> resolve)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        string message = $"'{descriptor.Name}' stands for another policy and is never run itself.";
        return new PolicyEntry(
            descriptor,
            (_, _, _) => throw new InvalidOperationException(message),
            (_, _) => throw new InvalidOperationException(message))
        {
            Resolve = resolve,
        };
    }

    /// <summary>As <see cref="IStackPolicy{TSelf}.FromTrace"/>; null for no values.</summary>
    public Func<TraceFacts, ImmutableDictionary<string, long>, ImmutableDictionary<string, long>>? FromTrace { get; init; }

    /// <summary>
    /// For a policy that is told by a file: the same policy with the model of that file, whose parameter <c>model</c> is the file's id. Null
    /// for all others.
    /// </summary>
    internal Func<string, PolicyEntry>? OfModel { get; init; }

    /// <summary>The parameter that names the file.</summary>
    internal const string ModelName = "model";

    /// <summary>True if it looks ahead in the trace (<see cref="IStackPolicy{TSelf}.CreateKnowing"/>): then all of that must be in memory.</summary>
    public bool KnowsFuture { get; init; }

    /// <summary>sha256 of the plug-in that the policy is from; empty in the catalogue.</summary>
    public string Origin { get; init; } = "";
}

/// <summary>Policies that share a mechanism, or that are other names: the catalogue takes the entries of every type that has some.</summary>
internal interface IPolicyPresets
{
    static abstract ImmutableArray<PolicyEntry> Entries { get; }
}

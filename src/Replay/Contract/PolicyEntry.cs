using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Contract;

/// <summary>A policy in the catalogue: its descriptor, and the engine's loop compiled for its type.</summary>
/// <param name="Descriptor">The description.</param>
/// <param name="Begin">Creates a replay of operations under the policy.</param>
/// <param name="BytesOfStack">Bytes of memory per stack on a machine.</param>
public sealed record PolicyEntry(
    PolicyDescriptor Descriptor,
    Func<StackOperations, MachineShape, PolicyArguments, PolicyRun> Begin,
    Func<PolicyArguments, MachineShape, long> BytesOfStack)
{
    /// <summary>
    /// Set for a name that stands for another policy, depending on the trace. Returns the policy's name, with the reason if it depends on
    /// the trace; or null and why the trace does not determine a policy. Null for actual policies.
    /// </summary>
    public Func<TraceFacts, (string? Name, string? Reason)>? Resolve { get; init; }

    /// <summary>An entry of a name that stands for another policy.</summary>
    /// <param name="descriptor">The name, and what the policies that it may stand for have in common.</param>
    /// <param name="resolve">See <see cref="Resolve"/>.</param>
    public static PolicyEntry StandIn(PolicyDescriptor descriptor, Func<TraceFacts, (string? Name, string? Reason)> resolve)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        string message = $"'{descriptor.Name}' stands for another policy and cannot be run itself.";
        return new PolicyEntry(
            descriptor,
            (_, _, _) => throw new InvalidOperationException(message),
            (_, _) => throw new InvalidOperationException(message))
        {
            Resolve = resolve,
        };
    }

    /// <summary>See <see cref="IStackPolicy{TSelf}.FromTrace"/>; null if the recording gives no values.</summary>
    public Func<TraceFacts, ImmutableDictionary<string, long>, ImmutableDictionary<string, long>>? FromTrace { get; init; }

    /// <summary>
    /// Set for a policy that is defined by a file: returns the same policy with the model of that file, whose parameter <c>model</c> is the
    /// file's id. Null for all others.
    /// </summary>
    internal Func<string, PolicyEntry>? OfModel { get; init; }

    /// <summary>The parameter that names the file.</summary>
    internal const string ModelName = "model";

    /// <summary>True if it looks ahead in the trace (<see cref="IStackPolicy{TSelf}.CreateKnowing"/>); then the whole trace must be in
    /// memory.</summary>
    public bool KnowsFuture { get; init; }

    /// <summary>sha256 of the plug-in that contains the policy; empty for the catalogue.</summary>
    public string Origin { get; init; } = "";
}

/// <summary>A group of policies with one mechanism, or of names for other policies. The catalogue takes the entries of every type that
/// implements it.</summary>
internal interface IPolicyPresets
{
    static abstract ImmutableArray<PolicyEntry> Entries { get; }
}

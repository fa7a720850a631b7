using System.Collections.Immutable;

namespace ForkTrace.Replay.Contract;

/// <summary>Policies that share a mechanism, or that are other names: the catalogue takes the entries of every type that has some.</summary>
internal interface IPolicyPresets
{
    static abstract ImmutableArray<PolicyEntry> Entries { get; }
}

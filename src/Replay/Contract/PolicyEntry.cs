using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Contract;

/// <summary>A policy in the catalogue: its descriptor and the engine's loop made for its type.</summary>
/// <param name="Descriptor">What the policy is.</param>
/// <param name="Run">Replays operations under the policy, writing into the ledger.</param>
public sealed record PolicyEntry(PolicyDescriptor Descriptor, Action<StackOperations, PolicyArguments, StackLedger> Run);

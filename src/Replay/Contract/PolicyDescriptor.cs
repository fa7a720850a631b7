using System.Collections.Immutable;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Contract;

/// <summary>A policy as lists, help, checks and reports show it.</summary>
/// <param name="Name">The name that <c>--policy</c> takes.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Source">Kernel function and version, or paper.</param>
/// <param name="Return">When it lets go of a dead task's stack.</param>
/// <param name="Uses">The operations its answer depends on; the grade of a result speaks of these.</param>
/// <param name="Parameters">What can be set.</param>
public sealed record PolicyDescriptor(
    string Name,
    string Summary,
    string Source,
    StackReturn Return,
    ImmutableArray<StackOperationKind> Uses,
    ImmutableArray<PolicyParameter> Parameters);

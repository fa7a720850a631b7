using ForkTrace.Replay.Contract;

namespace ForkTrace.Replay.Conformance;

/// <summary>One thing that must hold of every policy.</summary>
/// <param name="Name">One word or two, as results show it.</param>
/// <param name="Summary">What must hold.</param>
/// <param name="Require">Throws a <see cref="ConformanceException"/> if it does not hold; whatever else it throws is a failure too.</param>
public sealed record ConformanceCheck(string Name, string Summary, Action<PolicyEntry> Require);

using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Lifecycle.Inspection;

/// <summary>From what a trace's stack operations of one kind are known.</summary>
/// <param name="Operation">The kind of operation.</param>
/// <param name="Evidence">The best evidence that the trace holds; null if nothing tells of such operations.</param>
/// <param name="Event">The kernel event that tells, as <c>system:name</c>; null if a model does, or nothing.</param>
/// <param name="Explanation">One phrase: what the event or model marks.</param>
public sealed record OperationSource(StackOperationKind Operation, Evidence? Evidence, string? Event, string Explanation);

using ForkTrace.Lifecycle.Operations;

namespace ForkTrace.Lifecycle.Stretches;

/// <summary>A stretch of a long trace.</summary>
/// <param name="Operations">What happened to stacks in it. Tasks are slots.</param>
/// <param name="Events">The rows that were looked at for it; valid until the next stretch is asked for.</param>
/// <param name="SlotOfTask">By task of these rows: its slot; below 0 if it has none.</param>
/// <param name="Rows">Rows of the trace up to the stretch's end.</param>
public sealed record OperationStretch(StackOperations Operations, EventTable Events, int[] SlotOfTask, long Rows)
{
    /// <summary>When the interval ends of which this is the last stretch, ns of the trace's clock; null if more of it follows.</summary>
    public long? IntervalEndNs { get; init; }
}

using ForkTrace.Lifecycle.Operations;

namespace ForkTrace.Lifecycle.Stretches;

/// <summary>A stretch of a long trace.</summary>
/// <param name="Operations">The stack operations in it. Tasks are slots.</param>
/// <param name="Events">The rows that were used for it; valid until the next stretch is requested.</param>
/// <param name="SlotOfTask">By task of these rows: its slot; negative if it has none.</param>
/// <param name="Rows">Number of rows of the trace up to the end of the stretch.</param>
public sealed record OperationStretch(StackOperations Operations, EventTable Events, int[] SlotOfTask, long Rows)
{
    /// <summary>End of the interval if this is its last stretch, ns of the trace's clock; null if the interval continues.</summary>
    public long? IntervalEndNs { get; init; }
}

using ForkTrace.Lifecycle.Stretches;

namespace ForkTrace.Replay.Ledger;

/// <summary>The part of a trace that is replayed at a time: all of it, or one stretch of a long trace.</summary>
public sealed class TraceStretch
{
    private readonly Lazy<TaskTraits> _traits;

    private TraceStretch(StackOperations operations, Func<TaskTraits> traits)
    {
        Operations = operations;
        _traits = new(traits);
    }

    /// <summary>The stack operations.</summary>
    public StackOperations Operations { get; }

    /// <summary>Other facts about the tasks; read on first use.</summary>
    internal TaskTraits Traits => _traits.Value;

    /// <summary>A stretch of a long trace.</summary>
    /// <param name="stretch">The operations built from it.</param>
    /// <param name="hasTraits">True to read the traits now, while the rows of the stretch are in memory.</param>
    public static TraceStretch Of(OperationStretch stretch, bool hasTraits)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        TaskTraits? traits = hasTraits
            ? TaskTraits.Of(stretch.Events).BySlot(stretch.SlotOfTask, stretch.Operations.Tasks)
            : null;
        return new TraceStretch(stretch.Operations, () => traits ?? throw new InvalidOperationException("Traits were not asked for."));
    }

    /// <summary>A whole trace.</summary>
    /// <param name="events">Its events.</param>
    /// <param name="operations">The operations built from them.</param>
    public static TraceStretch Whole(EventTable events, StackOperations operations) => new(operations, () => TaskTraits.Of(events));
}

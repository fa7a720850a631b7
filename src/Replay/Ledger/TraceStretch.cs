using ForkTrace.Lifecycle.Stretches;

namespace ForkTrace.Replay.Ledger;

/// <summary>What of a trace is replayed at a time: all of it, or a stretch of a long one.</summary>
public sealed class TraceStretch
{
    private readonly Lazy<TaskTraits> _traits;

    private TraceStretch(StackOperations operations, Func<TaskTraits> traits)
    {
        Operations = operations;
        _traits = new(traits);
    }

    /// <summary>What happened to stacks.</summary>
    public StackOperations Operations { get; }

    /// <summary>What is known of the tasks besides; read when it is asked for.</summary>
    internal TaskTraits Traits => _traits.Value;

    /// <summary>A stretch of a long trace.</summary>
    /// <param name="stretch">What was built of it.</param>
    /// <param name="hasTraits">True if traits will be asked for: they are read now, while its rows are there.</param>
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
    /// <param name="operations">What was built of them.</param>
    public static TraceStretch Whole(EventTable events, StackOperations operations) => new(operations, () => TaskTraits.Of(events));
}

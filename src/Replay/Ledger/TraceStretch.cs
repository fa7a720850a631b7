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

    /// <summary>A whole trace.</summary>
    /// <param name="events">Its events.</param>
    /// <param name="operations">What was built of them.</param>
    public static TraceStretch Whole(EventTable events, StackOperations operations) => new(operations, () => TaskTraits.Of(events));
}

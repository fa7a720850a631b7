namespace ForkTrace.Events.Scrubbing;

/// <summary>What becomes of task names in a scrubbed trace.</summary>
public enum CommScrubbing
{
    /// <summary>Each becomes a keyed hash: equal names stay equal.</summary>
    Hash,

    /// <summary>All become the empty, unknown name.</summary>
    Drop,
}

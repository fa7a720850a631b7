namespace ForkTrace.Replay.Tests;

/// <summary>What a broken policy does wrong.</summary>
public enum BrokenPolicyFault
{
    None,

    /// <summary>Reuses on behalf of the dead.</summary>
    Leak,

    /// <summary>Leaves stacks with the dead.</summary>
    Keep,

    /// <summary>Reuses stacks that nobody cached.</summary>
    Invent,

    /// <summary>Throws at the third death.</summary>
    Throw,

    /// <summary>Allocates managed memory at every fork.</summary>
    Allocate,

    /// <summary>Remembers across replays.</summary>
    Static,

    /// <summary>Says that it only counts, and does more.</summary>
    Claim,

    /// <summary>Takes stacks of other CPUs, and does not say that it spans CPUs.</summary>
    Share,

    /// <summary>Drops stacks of other CPUs, and does not say so.</summary>
    DropElsewhere,
}

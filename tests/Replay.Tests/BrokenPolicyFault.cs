namespace ForkTrace.Replay.Tests;

/// <summary>The fault of a broken policy.</summary>
public enum BrokenPolicyFault
{
    None,

    /// <summary>Reuses a stack at a death.</summary>
    Leak,

    /// <summary>Does not take back the stacks of dead tasks.</summary>
    Keep,

    /// <summary>Reuses stacks that were never cached.</summary>
    Invent,

    /// <summary>Throws at the third death.</summary>
    Throw,

    /// <summary>Allocates managed memory at every fork.</summary>
    Allocate,

    /// <summary>Keeps state from one replay to the next.</summary>
    Static,

    /// <summary>Declares that it only counts, but does more.</summary>
    Claim,

    /// <summary>Takes stacks of other CPUs, but does not declare that it spans CPUs.</summary>
    Share,

    /// <summary>Drops stacks of other CPUs, but does not declare it.</summary>
    DropElsewhere,
}

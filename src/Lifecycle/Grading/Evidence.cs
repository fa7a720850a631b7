namespace ForkTrace.Lifecycle.Grading;

/// <summary>How a stack operation's time and CPU are known.</summary>
public enum Evidence : byte
{
    /// <summary>An event of the trace marks it within a microsecond or so.</summary>
    Observed = 0,

    /// <summary>Events of the trace bound it; the bound that proves it was taken.</summary>
    Inferred = 1,

    /// <summary>No event tells; a seeded model says when.</summary>
    Modelled = 2,
}

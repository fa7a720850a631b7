namespace ForkTrace.Lifecycle.Grading;

/// <summary>How far a result rests on the recording.</summary>
public enum GradeLevel
{
    /// <summary>Every operation that the policy depends on is observed or bounded by events; at most 5 % of callbacks are modelled.</summary>
    A,

    /// <summary>Allocations or releases are placed by a neighbouring event, or up to a quarter of the callbacks are modelled.</summary>
    B,

    /// <summary>More than a quarter of the operations of some kind are modelled.</summary>
    C,

    /// <summary>Events were lost: the trace is not all that happened.</summary>
    D,
}

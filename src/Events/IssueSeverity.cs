namespace ForkTrace.Events;

/// <summary>How much an <see cref="ImportIssue"/> matters to what is computed from the trace.</summary>
public enum IssueSeverity
{
    /// <summary>Worth knowing; changes no number.</summary>
    Information,

    /// <summary>Something was legal but unknown, or was repaired; numbers may shift a little.</summary>
    Warning,

    /// <summary>Events are missing; numbers over the affected interval are not the machine's.</summary>
    DataLoss,
}

namespace ForkTrace.Events;

/// <summary>Something the reader met that a user must know: said above every table made from the trace.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">Stable snake-case name of the kind of issue, e.g. <c>lost_events</c>.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Count">How many times it happened.</param>
public sealed record ImportIssue(IssueSeverity Severity, string Code, string Message, long Count);

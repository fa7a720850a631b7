using ForkTrace.Events;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>An event that a stack's life needs, on a kernel where it lacks a field that it cannot do without.</summary>
internal static class MissingField
{
    /// <summary>What the user is told; <paramref name="name"/> is the event's name, with its system where the trace tells it.</summary>
    public static ImportIssue Issue(string name, string field, long events) => new(
        IssueSeverity.DataLoss, "missing_field", $"{name} has no field '{field}' on this kernel; its events could not be used.", events);
}

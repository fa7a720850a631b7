using ForkTrace.Events;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>Which fields of a kernel event fill a row, by name. Several names are tried in order: the kernel renamed some.</summary>
/// <param name="System">The event's system.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Kind">The row's kind.</param>
/// <param name="Tid">Field with the subject's tid.</param>
/// <param name="Other">Field with the other task's tid, or null.</param>
/// <param name="Comm">Field with the subject's comm, or null.</param>
/// <param name="Value">Field with the value, or null.</param>
public sealed record KnownTracepoint(
    string System, string Name, EventKind Kind, string[] Tid, string? Other = null, string? Comm = null, string? Value = null);

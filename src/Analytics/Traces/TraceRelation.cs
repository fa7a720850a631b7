namespace ForkTrace.Analytics.Traces;

/// <summary>A table that a recording is shown as.</summary>
internal sealed record TraceRelation(string Name, string Description, params TraceColumn[] Columns);

namespace ForkTrace.Analytics.Traces;

/// <summary>A column of a recording's table.</summary>
internal sealed record TraceColumn(string Name, Type Type, string Description);

using System.Collections.Immutable;

namespace ForkTrace.Events.Calls;

/// <summary>The calls that a function_graph trace shows, in the order of their beginnings; a caller stands before what it calls.</summary>
public sealed class FunctionCalls
{
    /// <summary>The recording: name, digest, CPUs, format, issues.</summary>
    public required TraceFacts Facts { get; init; }

    /// <summary>Names of the functions.</summary>
    public required ImmutableArray<string> Functions { get; init; }

    /// <summary>The calls.</summary>
    public required ImmutableArray<FunctionCall> Calls { get; init; }

    /// <summary>Index of a function, or -1.</summary>
    public int IndexOf(string function) => Functions.IndexOf(function);
}

namespace ForkTrace.Events.Calls;

/// <summary>The calls in a function_graph trace, in the order of their beginnings; a caller comes before its callees.</summary>
public sealed class FunctionCalls
{
    /// <summary>The recording: name, digest, CPUs, format, issues.</summary>
    public required TraceFacts Facts { get; init; }

    public required ImmutableArray<string> Functions { get; init; }
    public required ImmutableArray<FunctionCall> Calls { get; init; }

    /// <summary>Index of a function, or -1.</summary>
    public int IndexOf(string function) => Functions.IndexOf(function);
}

/// <summary>One call of a traced kernel function whose beginning is in the trace.</summary>
/// <param name="Function">Index into <see cref="FunctionCalls.Functions"/>.</param>
/// <param name="Tid">The thread; -1 - cpu if the text does not say.</param>
/// <param name="Cpu">CPU on which it began.</param>
/// <param name="BeginNs">When it began, ns; -1 if the text does not say.</param>
/// <param name="DurationNs">Its duration including inner calls, ns; -1 if its end is not in the trace.</param>
/// <param name="Caller">Index of the calling function's call, if that was traced and its beginning is in the trace; else -1.</param>
/// <param name="IsDisturbed">True if another thread ran on that CPU during the call, an interrupt was seen, or the call ended on another
/// CPU.</param>
public readonly record struct FunctionCall(int Function, int Tid, int Cpu, long BeginNs, long DurationNs, int Caller, bool IsDisturbed);

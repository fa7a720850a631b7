namespace ForkTrace.Events.Calls;

/// <summary>The calls that a function_graph trace shows, in the order of their beginnings; a caller stands before what it calls.</summary>
public sealed class FunctionCalls
{
    /// <summary>The recording: name, digest, CPUs, format, issues.</summary>
    public required TraceFacts Facts { get; init; }

    public required ImmutableArray<string> Functions { get; init; }
    public required ImmutableArray<FunctionCall> Calls { get; init; }

    /// <summary>Index of a function, or -1.</summary>
    public int IndexOf(string function) => Functions.IndexOf(function);
}

/// <summary>One call of a traced kernel function whose beginning was seen.</summary>
/// <param name="Function">Index into <see cref="FunctionCalls.Functions"/>.</param>
/// <param name="Tid">The thread; -1 - cpu where the text does not say.</param>
/// <param name="Cpu">CPU on which it began.</param>
/// <param name="BeginNs">When it began; -1 where the text does not say.</param>
/// <param name="DurationNs">How long it took, calls in it included; -1 if its end was not seen.</param>
/// <param name="Caller">Index of the call that it was made in, if that was traced and its beginning seen; else -1.</param>
/// <param name="IsDisturbed">Another thread ran on that CPU meanwhile, an interrupt was seen, or the call ended on another CPU.</param>
public readonly record struct FunctionCall(int Function, int Tid, int Cpu, long BeginNs, long DurationNs, int Caller, bool IsDisturbed);

using ForkTrace.Events.Calls;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// The tracer's own time for a traced call, which lengthens the calling function. The tracer takes the time stamp of a call's entry and of its
/// return before it writes each to the buffer (function_graph_enter, ftrace_return_to_handler, kernel/trace/fgraph.c). The first write is
/// within the call's own duration, the second is between this call and the next. Neither is recorded, but both have an upper bound: the
/// duration of the fastest function, and the shortest time from one call to the next. These bounds are subtracted in full, so a difference
/// that is left is too small rather than too large.
/// </summary>
internal static class TracerOverhead
{
    private const int SamplesNeeded = Calibrator.SamplesNeeded;
    private const double FastestShare = 0.05;

    /// <summary>The time, in ns; null if there are too few calls.</summary>
    public static double? NsOf(FunctionCalls trace)
    {
        double within = Lowest(Leaves(trace), FastestShare);
        if (double.IsNaN(within))
            return null;
        double between = Lowest(Gaps(trace), 0.5);
        return within + (double.IsNaN(between) ? 0 : Math.Max(0, between));
    }

    // Calls that contain no traced calls, by function.
    private static Dictionary<long, List<long>> Leaves(FunctionCalls trace)
    {
        bool[] hasCalls = new bool[trace.Calls.Length];
        foreach (FunctionCall call in trace.Calls)
        {
            if (call.Caller >= 0)
                hasCalls[call.Caller] = true;
        }

        Dictionary<long, List<long>> leaves = [];
        for (int index = 0; index < hasCalls.Length; index++)
        {
            FunctionCall call = trace.Calls[index];
            if (!hasCalls[index] && call.DurationNs >= 0)
                Add(leaves, call.Function, call.DurationNs);
        }

        return leaves;
    }

    // Times from the end of one call to the start of the next in the same caller, by pair of functions.
    private static Dictionary<long, List<long>> Gaps(FunctionCalls trace)
    {
        Dictionary<long, List<long>> gaps = [];
        Dictionary<int, FunctionCall> before = [];
        foreach (FunctionCall call in trace.Calls)
        {
            if (call.Caller < 0 || call.BeginNs < 0 || trace.Calls[call.Caller].IsDisturbed)
                continue;
            if (before.TryGetValue(call.Caller, out FunctionCall last) && last.DurationNs >= 0)
            {
                long pair = ((long)last.Function * trace.Functions.Length) + call.Function;
                Add(gaps, pair, call.BeginNs - last.BeginNs - last.DurationNs);
            }

            before[call.Caller] = call;
        }

        return gaps;
    }

    private static void Add(Dictionary<long, List<long>> samples, long key, long valueNs)
    {
        if (!samples.TryGetValue(key, out List<long>? values))
            samples[key] = values = [];
        values.Add(valueNs);
    }

    private static double Lowest(Dictionary<long, List<long>> samples, double share) => samples.Values
        .Where(values => values.Count >= SamplesNeeded)
        .Select(values => new DurationSample(values).QuantileNs(share))
        .DefaultIfEmpty(double.NaN).Min();
}

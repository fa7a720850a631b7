using ForkTrace.Events.Calls;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// What a traced call costs the call that it is made in, beyond its own work. The tracer stamps a call's beginning before it writes it
/// down, and its end before it writes that down (function_graph_enter, ftrace_return_to_handler, kernel/trace/fgraph.c): the first lies
/// within the call's own duration, the second between it and the next. Neither is recorded, but both are bounded from above: the first
/// by the fastest function that there is, the second by the shortest way from one call to the next. Both are taken to be just that, so
/// what is left of a difference is rather too little than too much.
/// </summary>
internal static class TracerOverhead
{
    private const int SamplesNeeded = Calibrator.SamplesNeeded;
    private const double FastestShare = 0.05;

    /// <summary>The time, in ns; null where there are too few calls to tell.</summary>
    public static double? NsOf(FunctionCalls trace)
    {
        double within = Lowest(Leaves(trace), FastestShare);
        if (double.IsNaN(within))
            return null;
        double between = Lowest(Gaps(trace), 0.5);
        return within + (double.IsNaN(between) ? 0 : Math.Max(0, between));
    }

    // Calls without calls in them, by function.
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

    // From the end of one call to the beginning of the next in the same caller, by pair of functions.
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

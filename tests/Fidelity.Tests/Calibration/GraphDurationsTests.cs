using ForkTrace.Events;
using ForkTrace.Events.Calls;
using ForkTrace.Fidelity.Calibration;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Fidelity.Tests;

/// <summary>Costs from function_graph traces whose true costs are known.</summary>
public sealed class GraphDurationsTests
{
    // Overhead of the tracer: 900 ns within each call, 600 ns after it.
    private const long WithinNs = 900;
    private const long BetweenNs = 600;
    private const long MissExtraNs = 4000;

    private static readonly string[] s_functions =
        ["copy_process", "__vmalloc_node_range", "find_vm_area", "call_rcu", "thread_stack_free_rcu", "put_task_stack"];

    [Fact]
    public void The_difference_is_found_without_the_tracers_own_time()
    {
        ForkDurations measured = GraphDurations.Of(Trace(forks: 1000, spoiltOneIn: 0));
        KindDurations any = Assert.Single(measured.Kinds);
        Assert.Equal(ForkKind.Unknown, any.Kind);
        Assert.Equal((500, 500), (any.Hits.Count, any.Misses.Count));
        Assert.Equal("in copy_process, by function_graph, less 1.5 us for each traced call in it, the tracer's own time", measured.Measure);

        // find_vm_area takes 20 ns. It is the fastest function, so its time is assumed to be the tracer's overhead.
        ForkTrace.Fidelity.Calibration.Calibration found = Calibrator.Calibrate([measured]);
        Assert.Equal(MissExtraNs, found.Difference.MedianNs, 60.0);
    }

    [Fact]
    public void Calls_that_something_else_ran_in_are_left_out()
    {
        KindDurations clean = Assert.Single(GraphDurations.Of(Trace(forks: 1000, spoiltOneIn: 0)).Kinds);
        KindDurations spoilt = Assert.Single(GraphDurations.Of(Trace(forks: 1000, spoiltOneIn: 5)).Kinds);
        Assert.Equal(800, spoilt.Hits.Count + spoilt.Misses.Count);
        Assert.True(spoilt.Misses.QuantileNs(1) <= clean.Misses.QuantileNs(1));
    }

    [Fact]
    public void Too_few_are_rejected() => Assert.StartsWith(
        "too few forks to calibrate from: needs 100 hits and 100 misses of one kind in one recording, but graph.txt has any 99 hits",
        Assert.Throws<NoCostException>(() => Calibrator.Calibrate([GraphDurations.Of(Trace(forks: 198, spoiltOneIn: 0))])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Without_the_functions_that_tell_a_trace_is_rejected()
    {
        FunctionCalls trace = Trace(forks: 10, spoiltOneIn: 0);
        Assert.StartsWith(
            "graph.txt traces no function that maps a stack, so hits cannot be distinguished from misses: trace __vmalloc_node_range",
            Assert.Throws<NoCostException>(() => GraphDurations.Of(Renamed(trace, "__vmalloc_node_range"))).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "graph.txt shows no fork: trace one of alloc_thread_stack_node, dup_task_struct, copy_process, kernel_clone, _do_fork",
            Assert.Throws<NoCostException>(() => GraphDurations.Of(Renamed(trace, "copy_process"))).Message);
    }

    [Fact]
    public void What_compilers_add_to_a_name_does_not_matter()
    {
        FunctionCalls trace = Trace(forks: 10, spoiltOneIn: 0);
        FunctionCalls renamed = Copy(trace, [.. trace.Functions.Select(name => $"{name}.constprop.0")]);
        Assert.Equal(5, Assert.Single(GraphDurations.Of(renamed).Kinds).Misses.Count);
    }

    private static FunctionCalls Renamed(FunctionCalls trace, string function) =>
        Copy(trace, [.. trace.Functions.Select(name => name == function ? "other" : name)]);

    private static FunctionCalls Copy(FunctionCalls trace, string[] functions) =>
        new() { Facts = trace.Facts, Functions = [.. functions], Calls = trace.Calls };

    // Every other fork is a miss. copy_process itself takes slightly more than 50 us; a mapping takes 4 us, minus the time for a hit (0
    // here).
    private static FunctionCalls Trace(int forks, int spoiltOneIn)
    {
        Random random = new(7);
        List<FunctionCall> calls = [];
        for (int fork = 0; fork < forks; fork++)
        {
            long beginNs = 10_000_000L * fork;
            long ownNs = 50_000 + random.Next(500);
            bool isSpoilt = spoiltOneIn > 0 && fork % spoiltOneIn == 0;
            int caller = calls.Count;
            calls.Add(new FunctionCall(0, 5, 0, beginNs, 0, -1, isSpoilt && fork % 2 == 0));
            long insideNs = 0;
            if (fork % 2 == 1)
            {
                insideNs += Call(calls, caller, 1, beginNs + 1000, MissExtraNs - 20);
                insideNs += Call(calls, caller, 2, beginNs + 1000 + insideNs, 20);
            }

            if (isSpoilt && fork % 2 == 1)
                insideNs += Call(calls, caller, 4, beginNs + 9000, 500_000);
            calls[caller] = calls[caller] with { DurationNs = WithinNs + ownNs + insideNs + (isSpoilt ? 300_000 : 0) };
        }

        return new FunctionCalls
        {
            Facts = new TraceFacts { Format = "function_graph", Trace = "graph.txt" },
            Functions = [.. s_functions],
            Calls = [.. calls],
        };
    }

    private static long Call(List<FunctionCall> calls, int caller, int function, long beginNs, long workNs)
    {
        calls.Add(new FunctionCall(function, 5, 0, beginNs, workNs + WithinNs, caller, false));
        return workNs + WithinNs + BetweenNs;
    }
}

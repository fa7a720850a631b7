using ForkTrace.Events.Calls;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// Durations of forks in a function_graph trace, measured on the innermost traced function that takes a thread's stack. A call that maps a
/// stack is a miss (alloc_thread_stack_node, kernel/fork.c); any other call is a hit. Disturbed calls are left out: those during which another
/// thread ran on the CPU or an interrupt came, and those during which a softirq ran RCU callbacks or ended or released a task.
/// </summary>
public sealed class GraphDurations
{
    // The innermost first. Compilers inline some of them on some kernels.
    private static readonly string[] s_forking = ["alloc_thread_stack_node", "dup_task_struct", "copy_process", "kernel_clone", "_do_fork"];

    private static readonly string[] s_mapping =
    [
        "__vmalloc_node_range", "__vmalloc_node_range_noprof", "__vmalloc_node", "__vmalloc_node_noprof", "__get_vm_area_node",
        "alloc_vmap_area",
    ];

    private static readonly string[] s_foreign =
    [
        "thread_stack_free_rcu", "delayed_put_task_struct", "put_task_stack", "release_task", "free_task", "do_exit", "vfree",
        "handle_softirqs", "__do_softirq", "rcu_core", "rcu_do_batch",
    ];

    private readonly FunctionCalls _trace;
    private readonly string[] _names;
    private readonly bool[] _isMapping;
    private readonly bool[] _isForeign;

    private GraphDurations(FunctionCalls trace)
    {
        _trace = trace;
        _names = [.. trace.Functions.Select(Plain)];
        _isMapping = [.. _names.Select(name => s_mapping.Contains(name))];
        _isForeign = [.. _names.Select(name => s_foreign.Contains(name))];
    }

    /// <summary>Measures a trace.</summary>
    /// <exception cref="NoCostException">The trace shows no fork, or no function that maps a stack.</exception>
    public static ForkDurations Of(FunctionCalls trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return new GraphDurations(trace).Measure();
    }

    // copy_process.isra.0, dup_task_struct.constprop.0
    private static string Plain(string name) => name.Split('.')[0];

    private ForkDurations Measure()
    {
        if (!_trace.Calls.Any(call => _isMapping[call.Function]))
        {
            throw new NoCostException(
                $"{_trace.Facts.Trace} traces no function that maps a stack, so hits cannot be distinguished from misses: trace "
                + $"{s_mapping[0]} (its name on 6.10 and later: {s_mapping[1]}) as well");
        }

        string forking = Array.Find(s_forking, name => _trace.Calls.Any(call => call.DurationNs >= 0 && _names[call.Function] == name))
            ?? throw new NoCostException($"{_trace.Facts.Trace} shows no fork: trace one of {string.Join(", ", s_forking)}");
        double? overheadNs = TracerOverhead.NsOf(_trace);
        ForkTime[] times =
        [
            .. Forks(forking).Select(fork => new ForkTime(
                ForkKind.Unknown, !fork.HasMapped, fork.DurationNs - (long)(fork.Nested * (overheadNs ?? 0)))),
        ];
        string less = overheadNs is { } ns
            ? string.Create(CultureInfo.InvariantCulture, $"less {ns / 1000:0.0} us for each traced call in it, the tracer's own time")
            : "the tracer's own time included";
        return new ForkDurations(_trace.Facts, $"in {forking}, by function_graph, {less}", ForkDurations.Kinded(times))
        {
            IsWholeFork = Array.IndexOf(s_forking, forking) >= Array.IndexOf(s_forking, "copy_process"),
        };
    }

    // For each complete and undisturbed call of the function: its duration, the traced calls in it, and whether it mapped a stack.
    private IEnumerable<(long DurationNs, int Nested, bool HasMapped)> Forks(string forking)
    {
        int[] outer = new int[_trace.Calls.Length];
        int[] nested = new int[_trace.Calls.Length];
        bool[] hasMapped = new bool[_trace.Calls.Length];
        bool[] isSpoilt = new bool[_trace.Calls.Length];
        for (int index = 0; index < outer.Length; index++)
        {
            FunctionCall call = _trace.Calls[index];
            outer[index] = _names[call.Function] == forking ? index : call.Caller >= 0 ? outer[call.Caller] : -1;
            if (outer[index] < 0 || outer[index] == index)
                continue;
            nested[outer[index]]++;
            hasMapped[outer[index]] |= _isMapping[call.Function];
            isSpoilt[outer[index]] |= _isForeign[call.Function];
        }

        for (int index = 0; index < outer.Length; index++)
        {
            FunctionCall call = _trace.Calls[index];
            if (outer[index] == index && call.DurationNs >= 0 && !call.IsDisturbed && !isSpoilt[index])
                yield return (call.DurationNs, nested[index], hasMapped[index]);
        }
    }
}

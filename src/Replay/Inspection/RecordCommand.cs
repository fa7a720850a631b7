using System.Globalization;
using System.Text;
using ForkTrace.Events;

namespace ForkTrace.Replay.Inspection;

/// <summary>
/// Shell lines that record the same machine again with all that a replay can use: stock events, filtered to the few that matter.
/// CMD stands for the workload.
/// </summary>
/// <param name="TraceCmd">For trace-cmd.</param>
/// <param name="Perf">For perf.</param>
public sealed record RecordCommand(string TraceCmd, string Perf)
{
    private const string TaskStructBytes = "TS=$(cat /sys/kernel/slab/task_struct/object_size); ";

    /// <summary>The lines to record by, or null if the trace lacks nothing and lost nothing.</summary>
    public static RecordCommand? For(TraceFacts facts, TraceEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(evidence);
        bool isLossy = facts.HasDataLoss;
        if (evidence.Missing.IsEmpty && !isLossy)
            return null;
        StringBuilder traceCmd = new(TaskStructBytes + "trace-cmd record -C mono");
        StringBuilder perf = new(TaskStructBytes + "perf record -a -k mono");

        // Larger buffers for each CPU where the last ones overflowed: KiB for trace-cmd, pages for perf.
        traceCmd.Append(isLossy ? " -b 32768" : "");
        perf.Append(isLossy ? " -m 8192" : "");
        foreach ((string name, string? filter) in Events(facts))
        {
            traceCmd.Append(CultureInfo.InvariantCulture, $" -e {name}").Append(filter is null ? "" : $" -f {filter}");
            perf.Append(CultureInfo.InvariantCulture, $" -e {name}").Append(filter is null ? "" : $" --filter {filter}");
        }

        return new RecordCommand($"{traceCmd} -- CMD", $"{perf} -- CMD");
    }

    // vmalloc's events came with 6.2.
    internal static bool CanRecordMappings(TraceFacts facts) => KernelRelease.Parse(facts.Kernel) is { } kernel && kernel.IsAtLeast(6, 2);

    private static IEnumerable<(string Name, string? Filter)> Events(TraceFacts facts)
    {
        // Up to 4.13 sched_switch shows the raw state of a dead task, TASK_DEAD; since then X (0x10) or Z (0x20).
        bool showsExitStates = KernelRelease.Parse(facts.Kernel) is not { } kernel || kernel.IsAtLeast(4, 14);
        yield return ("task:task_newtask", null);
        yield return ("sched:sched_process_fork", null);
        yield return ("sched:sched_process_exec", null);
        yield return ("sched:sched_process_exit", null);
        yield return ("sched:sched_process_free", null);
        yield return ("sched:sched_switch", showsExitStates ? "'prev_state & 0x30'" : "'prev_state & 0x40'");
        yield return ("kmem:kmem_cache_alloc", "\"bytes_req==$TS\"");
        if (CanRecordMappings(facts))
            yield return ("vmalloc:alloc_vmap_area", "'align==16384'");
    }
}

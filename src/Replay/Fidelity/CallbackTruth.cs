using ForkTrace.Events;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Replay.Fidelity;

/// <summary>
/// When the RCU callbacks of stacks really ran, from probes or from the rcu events of kernels with CONFIG_RCU_TRACE: call_rcu right after
/// put_task_stack says whose stack was queued on which CPU, and the runs of thread_stack_free_rcu on a CPU are in the order of its queue
/// (rcu_segcblist). Without a probe on put_task_stack the last switch away from a dead task stands for it: finish_task_switch
/// (kernel/sched/core.c) puts that task's stack at once, on that CPU. Behind lost events of a CPU nobody can tell any more whose callback
/// runs there. Used for the evidence level <c>truth</c> only.
/// </summary>
public sealed class CallbackTruth
{
    private readonly Dictionary<int, int> _rowOfTask = [];

    /// <summary>Row of the event that marks the callback of a task's stack, or -1 if it was not queued or not seen.</summary>
    public int RowOf(int task) => _rowOfTask.GetValueOrDefault(task, -1);

    /// <summary>Reads the callbacks; null if the recording holds none.</summary>
    public static CallbackTruth? Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        EventKind run = FirstOf(events.Facts, EventKind.FunctionStackRcu, EventKind.ProbeStackRcu, EventKind.StackRcuInvoke);
        EventKind queue = FirstOf(events.Facts, EventKind.ProbeCallRcu, EventKind.StackRcuQueue);
        bool hasPuts = events.Facts.CountOf(EventKind.ProbePut) > 0;
        if (run == EventKind.None || queue == EventKind.None)
            return null;
        CallbackTruth truth = new();
        int[] lastPut = new int[events.Facts.Cpus];
        Queue<int>[] queues = [.. Enumerable.Range(0, events.Facts.Cpus).Select(_ => new Queue<int>())];
        Array.Fill(lastPut, -1);
        LossGaps gaps = new(events.Facts);
        for (int row = 0; row < events.Count; row++)
        {
            int cpu = events.Cpus[row];
            EventKind kind = events.Kinds[row];
            if (gaps.Exist && gaps.MayHide(cpu, events.Facts.FirstNs, events.TimesNs[row]))
                continue;
            if (hasPuts ? kind == EventKind.ProbePut && events.Values[row] == 1 : kind == EventKind.DeathSwitch)
            {
                lastPut[cpu] = events.Tasks[row];
            }
            else if (kind == queue)
            {
                // A stack is queued once; the next without a release before it is that of a failed fork.
                queues[cpu].Enqueue(lastPut[cpu]);
                lastPut[cpu] = -1;
            }
            else if (kind == run && queues[cpu].TryDequeue(out int task) && task >= 0)
            {
                truth._rowOfTask[task] = row;
            }
        }

        return truth;
    }

    private static EventKind FirstOf(TraceFacts facts, params ReadOnlySpan<EventKind> kinds)
    {
        foreach (EventKind kind in kinds)
        {
            if (facts.CountOf(kind) > 0)
                return kind;
        }

        return EventKind.None;
    }
}

using ForkTrace.Events;

namespace ForkTrace.Replay.Fidelity;

/// <summary>
/// When the RCU callbacks of stacks really ran, from probes: call_rcu right after put_task_stack says whose stack was queued on which
/// CPU, and the runs of thread_stack_free_rcu on a CPU are in the order of its queue (rcu_segcblist). Used for the evidence level
/// <c>truth</c> only.
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
        bool hasFunctions = events.Facts.CountOf(EventKind.FunctionStackRcu) > 0;
        EventKind run = hasFunctions ? EventKind.FunctionStackRcu : EventKind.ProbeStackRcu;
        if (events.Facts.CountOf(EventKind.ProbeCallRcu) == 0 || events.Facts.CountOf(run) == 0)
            return null;
        CallbackTruth truth = new();
        int[] lastPut = new int[events.Facts.Cpus];
        Queue<int>[] queues = [.. Enumerable.Range(0, events.Facts.Cpus).Select(_ => new Queue<int>())];
        Array.Fill(lastPut, -1);
        for (int row = 0; row < events.Count; row++)
        {
            int cpu = events.Cpus[row];
            EventKind kind = events.Kinds[row];
            if (kind == EventKind.ProbePut && events.Values[row] == 1)
                lastPut[cpu] = events.Tasks[row];
            else if (kind == EventKind.ProbeCallRcu)
                queues[cpu].Enqueue(lastPut[cpu]);
            else if (kind == run && queues[cpu].TryDequeue(out int task) && task >= 0)
                truth._rowOfTask[task] = row;
        }

        return truth;
    }
}

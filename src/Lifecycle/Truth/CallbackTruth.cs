using ForkTrace.Lifecycle.Gaps;

namespace ForkTrace.Lifecycle.Truth;

/// <summary>
/// When the RCU callbacks of stacks really ran, from probes or from the rcu events of kernels with CONFIG_RCU_TRACE: call_rcu right
/// after put_task_stack says whose stack was queued on which CPU, and the runs of thread_stack_free_rcu on a CPU are in the order of
/// its queue (rcu_segcblist). Callbacks of offloaded CPUs (rcu_nocbs) run in kthreads though, and those of CPUs that went offline
/// elsewhere: where the probes on call_rcu and thread_stack_free_rcu have the address of the rcu_head and show such a one, the address
/// alone tells which callback ran. It also does where no function event shows the runs, for a probe in a softirq that interrupts another
/// probe is lost, and all that follow would be taken for the one before; a function event is not lost. Without a probe on put_task_stack the last switch away from a dead task stands for it: finish_task_switch
/// (kernel/sched/core.c) puts that task's stack at once, on that CPU. Behind lost events of a CPU nobody can tell any more whose
/// callback runs there. Used for the evidence level <c>truth</c> only.
/// </summary>
public sealed class CallbackTruth
{
    private readonly Dictionary<int, int> _rowOfTask = [];
    private readonly EventKind _run;
    private readonly EventKind _queue;
    private readonly bool _hasPuts;
    private readonly bool _byAddress;
    private readonly int[] _lastPut;
    private readonly Queue<int>[] _queues;
    private readonly Dictionary<long, (int Task, int Cpu)> _queuedAt = [];
    private readonly LossGaps _gaps;
    private bool _hasMoved;

    private CallbackTruth(EventTable events, bool byAddress)
    {
        _byAddress = byAddress;
        _gaps = new LossGaps(events.Facts);
        _run = byAddress
            ? EventKind.ProbeStackRcu
            : FirstOf(events.Facts, EventKind.FunctionStackRcu, EventKind.ProbeStackRcu, EventKind.StackRcuInvoke);
        _queue = FirstOf(events.Facts, EventKind.ProbeCallRcu, EventKind.StackRcuQueue);
        _hasPuts = events.Facts.CountOf(EventKind.ProbePut) > 0;
        _lastPut = new int[events.Facts.Cpus];
        _queues = [.. _lastPut.Select(_ => new Queue<int>())];
        Array.Fill(_lastPut, -1);
    }

    /// <summary>Row of the event that marks the callback of a task's stack, or -1 if it was not queued or not seen.</summary>
    public int RowOf(int task) => _rowOfTask.GetValueOrDefault(task, -1);

    /// <summary>Reads the callbacks; null if the recording holds none.</summary>
    public static CallbackTruth? Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        bool hasFunction = events.Facts.CountOf(EventKind.FunctionStackRcu) > 0;
        if (HaveAddresses(events) && Read(events, byAddress: true) is { } found && (found._hasMoved || !hasFunction))
            return found;
        return Read(events, byAddress: false);
    }

    private static CallbackTruth? Read(EventTable events, bool byAddress)
    {
        CallbackTruth truth = new(events, byAddress);
        if (truth._run == EventKind.None || truth._queue == EventKind.None)
            return null;
        for (int row = 0; row < events.Count; row++)
            truth.Note(events, row);
        return truth;
    }

    private void Note(EventTable events, int row)
    {
        int cpu = events.Cpus[row];
        EventKind kind = events.Kinds[row];
        if (_gaps.Exist && _gaps.MayHide(cpu, events.Facts.FirstNs, events.TimesNs[row]))
            return;
        if (_hasPuts ? kind == EventKind.ProbePut && events.Values[row] == 1 : kind == EventKind.DeathSwitch)
        {
            _lastPut[cpu] = events.Tasks[row];
        }
        else if (kind == _queue)
        {
            // A stack is queued once; the next without a release before it is that of a failed fork.
            if (_byAddress)
                _queuedAt[events.Values[row]] = (_lastPut[cpu], cpu);
            else
                _queues[cpu].Enqueue(_lastPut[cpu]);
            _lastPut[cpu] = -1;
        }
        else if (kind == _run && TryTake(cpu, events.Values[row], out int task) && task >= 0)
        {
            _rowOfTask[task] = row;
        }
    }

    private bool TryTake(int cpu, long address, out int task)
    {
        if (!_byAddress)
            return _queues[cpu].TryDequeue(out task);
        bool isQueued = _queuedAt.Remove(address, out (int Task, int Cpu) queued);
        _hasMoved |= isQueued && queued.Cpu != cpu;
        task = queued.Task;
        return isQueued;
    }

    // A probe of the user's own has the value 1 for all. The rcu_head lies in the stack itself, so two have one address only in turn.
    private static bool HaveAddresses(EventTable events) =>
        SeveralValues(events, EventKind.ProbeCallRcu) && SeveralValues(events, EventKind.ProbeStackRcu);

    private static bool SeveralValues(EventTable events, EventKind kind)
    {
        if (events.Facts.CountOf(kind) == 0)
            return false;
        int first = events.Kinds.IndexOf(kind);
        for (int row = first + 1; first >= 0 && row < events.Count; row++)
        {
            if (events.Kinds[row] == kind && events.Values[row] != events.Values[first])
                return true;
        }

        return false;
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

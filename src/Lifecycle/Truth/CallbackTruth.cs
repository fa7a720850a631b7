using ForkTrace.Lifecycle.Gaps;

namespace ForkTrace.Lifecycle.Truth;

/// <summary>
/// When the RCU callbacks of stacks really ran, from probes or from the rcu events of kernels with CONFIG_RCU_TRACE. Used only for the
/// evidence level <c>truth</c>.
/// <para>
/// A call_rcu directly after put_task_stack shows whose stack was queued on which CPU, and a CPU runs thread_stack_free_rcu in the order of
/// its queue (rcu_segcblist). But callbacks of offloaded CPUs (rcu_nocbs) run in kthreads, and those of CPUs that went offline run
/// elsewhere. If the probes on call_rcu and thread_stack_free_rcu record the address of the rcu_head and show such a case, the address
/// alone identifies the callback. The address is also used if no function event shows the runs: a probe in a softirq that interrupts
/// another probe is lost, and then every later run would be matched to the callback before it. Function events are not lost this way.
/// </para>
/// <para>
/// Without a probe on put_task_stack, the last switch away from a dead task stands for it: finish_task_switch (kernel/sched/core.c) puts
/// that task's stack at once, on that CPU. After lost events of a CPU, it is unknown whose callbacks run there.
/// </para>
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
        _run = byAddress ? EventKind.ProbeStackRcu : RunIn(events.Facts);
        _queue = QueueIn(events.Facts);
        _hasPuts = events.Facts.CountOf(EventKind.ProbePut) > 0;
        _lastPut = new int[events.Facts.Cpus];
        _queues = [.. _lastPut.Select(_ => new Queue<int>())];
        Array.Fill(_lastPut, -1);
    }

    /// <summary>Row of the event that marks the callback of a task's stack; -1 if the stack was not queued or the callback not
    /// seen.</summary>
    public int RowOf(int task) => _rowOfTask.GetValueOrDefault(task, -1);

    /// <summary>True if the recording contains the callbacks.</summary>
    public static bool IsIn(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return RunIn(facts) != EventKind.None && QueueIn(facts) != EventKind.None;
    }

    /// <summary>Reads the callbacks; null if the recording contains none.</summary>
    public static CallbackTruth? Of(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (!IsIn(events.Facts))
            return null;
        bool hasFunction = events.Facts.CountOf(EventKind.FunctionStackRcu) > 0;
        if (HaveAddresses(events))
        {
            CallbackTruth found = Read(events, byAddress: true);
            if (found._hasMoved || !hasFunction)
                return found;
        }

        return Read(events, byAddress: false);
    }

    private static CallbackTruth Read(EventTable events, bool byAddress)
    {
        CallbackTruth truth = new(events, byAddress);
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
            // A stack is queued once. If it is queued again without a release in between, the second one is a failed fork's.
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

    // A probe defined by the user has the value 1 in every row. The rcu_head is in the stack itself, so two callbacks share an address only
    // one after the other.
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

    private static EventKind RunIn(TraceFacts facts) =>
        FirstOf(facts, EventKind.FunctionStackRcu, EventKind.ProbeStackRcu, EventKind.StackRcuInvoke);

    private static EventKind QueueIn(TraceFacts facts) => FirstOf(facts, EventKind.ProbeCallRcu, EventKind.StackRcuQueue);

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

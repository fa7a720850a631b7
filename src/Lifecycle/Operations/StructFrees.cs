using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Rcu;

namespace ForkTrace.Lifecycle.Operations;

/// <summary>
/// When task_structs are freed if put_task_struct leaves this to an RCU callback: one grace period after delayed_put_task_struct, on the
/// CPU that ran it. No event shows it, so the grace-period model gives the time.
/// </summary>
public sealed class StructFrees
{
    private readonly GracePeriodModel _periods;
    private readonly ulong _seed;
    private readonly RcuModel _rcu;

    // Queued by the end of the last stretch, but not run yet.
    private Queued[] _waiting = [];

    /// <param name="operations">A trace, or its first stretch.</param>
    /// <param name="seed">Seed of the model.</param>
    /// <param name="rcu">The model.</param>
    public StructFrees(StackOperations operations, ulong seed, RcuModel rcu)
    {
        ArgumentNullException.ThrowIfNull(operations);
        _seed = seed;
        _rcu = rcu;
        _periods = new GracePeriodModel(operations.FirstNs, seed, rcu, operations.CpuCount);
    }

    /// <summary>
    /// The operations with a <see cref="StackOperationKind.StructFree"/> for each task that was freed. Stretches must follow each other.
    /// </summary>
    /// <param name="operations">Operations without struct frees.</param>
    public StackOperations AddTo(StackOperations operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        (long TimeNs, int Cpu, Queued Queued)[] callbacks = Callbacks(operations);
        StackOperations all = operations.Blank(operations.Count + callbacks.Length + operations.FailedForks);
        int next = 0;
        for (int index = 0; index < operations.Count; index++)
        {
            // Operations with the same time may come before and after the one that queued it.
            for (; next < callbacks.Length && callbacks[next].TimeNs <= operations.TimesNs[index] && callbacks[next].Queued.Index < index; next++)
                all.Add(callbacks[next].TimeNs, StackOperationKind.StructFree, callbacks[next].Cpu, callbacks[next].Queued.Task, Evidence.Modelled);
            StackOperationKind kind = operations.Kinds[index];
            int cpu = operations.Cpus[index];
            int task = operations.TaskIds[index];
            all.Add(operations.TimesNs[index], kind, cpu, task, operations.EvidenceOf[index]);

            // copy_process itself frees the task_struct of a failed fork.
            if (kind == StackOperationKind.TaskFree && operations.IsFailedFork(task))
                all.Add(operations.TimesNs[index], StackOperationKind.StructFree, cpu, task, operations.EvidenceOf[index]);
        }

        _waiting = [.. callbacks[next..].Select(callback => callback.Queued with { Index = -1 }).OrderBy(queued => queued.TimeNs)];
        return all;
    }

    // In the order in which they run. A CPU that goes offline runs its callbacks before that.
    private (long TimeNs, int Cpu, Queued Queued)[] Callbacks(StackOperations operations)
    {
        CallbackSchedule schedule = new(_periods, _rcu, _seed, operations.CpuCount);
        List<Queued> queued = [.. _waiting];
        for (int index = 0; index < operations.Count; index++)
        {
            int task = operations.TaskIds[index];
            if (operations.Kinds[index] == StackOperationKind.TaskFree && !operations.IsFailedFork(task))
                queued.Add(new Queued(operations.TimesNs[index], operations.Cpus[index], task, index));
        }

        foreach (Queued callback in queued)
            schedule.Add(callback.TimeNs, callback.Cpu);
        (long TimeNs, int Cpu)[] runs = schedule.Run();
        long[] offlineNs = new long[operations.CpuCount];
        Array.Fill(offlineNs, long.MaxValue);
        var callbacks = new (long TimeNs, int Cpu, Queued Queued)[queued.Count];
        int number = queued.Count;
        for (int index = operations.Count - 1; number > 0; index--)
        {
            if (index >= 0 && operations.Kinds[index] == StackOperationKind.CpuOffline)
                offlineNs[operations.Cpus[index]] = operations.TimesNs[index];
            for (; number > 0 && queued[number - 1].Index == index; number--)
            {
                Queued callback = queued[number - 1];
                (long timeNs, int ranOn) = runs[number - 1];
                long runNs = _rcu.IsOffloaded(callback.Cpu) ? timeNs : Math.Min(timeNs, offlineNs[callback.Cpu]);
                callbacks[number - 1] = (runNs, ranOn, callback);
            }
        }

        return [.. callbacks.OrderBy(callback => callback.TimeNs)];
    }

    // Index: of the operation that queued it in this stretch; -1 if it was queued earlier.
    private readonly record struct Queued(long TimeNs, int Cpu, int Task, int Index);
}

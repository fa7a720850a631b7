using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Rcu;

namespace ForkTrace.Lifecycle.Operations;

/// <summary>
/// When task_structs are freed where put_task_struct leaves that to an RCU callback: one grace period after delayed_put_task_struct, on the
/// CPU that ran it. No event shows it, so the grace-period model says when.
/// </summary>
public static class StructFrees
{
    /// <summary>The operations with a <see cref="StackOperationKind.StructFree"/> for each task that was freed.</summary>
    /// <param name="operations">Without any.</param>
    /// <param name="seed">Drives the model.</param>
    /// <param name="rcu">The model.</param>
    public static StackOperations AddTo(StackOperations operations, ulong seed, RcuModel rcu)
    {
        ArgumentNullException.ThrowIfNull(operations);
        (long TimeNs, int Cpu, int Task, int QueuedAt)[] callbacks = Callbacks(operations, seed, rcu);
        StackOperations all = new(operations.Count + operations.Tasks + 1)
        {
            Tasks = operations.Tasks,
            CpuCount = operations.CpuCount,
            FailedForks = operations.FailedForks,
            CutAllocations = operations.CutAllocations,
            Beginnings = operations.Beginnings,
            Migrated = operations.Migrated,
            Hints = operations.Hints,
            FirstNs = operations.FirstNs,
            LastNs = operations.LastNs,
        };
        int next = 0;
        for (int index = 0; index < operations.Count; index++)
        {
            // Operations of one time may stand before and behind the one that queued it.
            for (; next < callbacks.Length && callbacks[next].TimeNs <= operations.TimesNs[index] && callbacks[next].QueuedAt < index; next++)
                all.Add(callbacks[next].TimeNs, StackOperationKind.StructFree, callbacks[next].Cpu, callbacks[next].Task, Evidence.Modelled);
            StackOperationKind kind = operations.Kinds[index];
            int cpu = operations.Cpus[index];
            int task = operations.TaskIds[index];
            all.Add(operations.TimesNs[index], kind, cpu, task, operations.EvidenceOf[index]);

            // copy_process frees the task_struct of a fork that fails itself.
            if (kind == StackOperationKind.TaskFree && operations.IsFailedFork(task))
                all.Add(operations.TimesNs[index], StackOperationKind.StructFree, cpu, task, operations.EvidenceOf[index]);
        }

        return all;
    }

    // In the order in which they run. A CPU that goes offline runs its callbacks first.
    private static (long TimeNs, int Cpu, int Task, int QueuedAt)[] Callbacks(StackOperations operations, ulong seed, RcuModel rcu)
    {
        GracePeriodModel periods = new(operations.FirstNs, seed, rcu, operations.CpuCount);
        CallbackSchedule schedule = new(periods, rcu, seed, operations.CpuCount);
        List<(int Index, int Task)> queued = [];
        for (int index = 0; index < operations.Count; index++)
        {
            int task = operations.TaskIds[index];
            if (operations.Kinds[index] != StackOperationKind.TaskFree || operations.IsFailedFork(task))
                continue;
            schedule.Add(operations.TimesNs[index], operations.Cpus[index]);
            queued.Add((index, task));
        }

        (long TimeNs, int Cpu)[] runs = schedule.Run();
        long[] offlineNs = new long[operations.CpuCount];
        Array.Fill(offlineNs, long.MaxValue);
        var callbacks = new (long TimeNs, int Cpu, int Task, int QueuedAt)[queued.Count];
        int number = queued.Count;
        for (int index = operations.Count - 1; index >= 0 && number > 0; index--)
        {
            if (operations.Kinds[index] == StackOperationKind.CpuOffline)
                offlineNs[operations.Cpus[index]] = operations.TimesNs[index];
            if (queued[number - 1].Index != index)
                continue;
            number--;
            (long timeNs, int ranOn) = runs[number];
            int cpu = operations.Cpus[index];
            callbacks[number] = (rcu.IsOffloaded(cpu) ? timeNs : Math.Min(timeNs, offlineNs[cpu]), ranOn, queued[number].Task, index);
        }

        return [.. callbacks.OrderBy(callback => callback.TimeNs)];
    }
}

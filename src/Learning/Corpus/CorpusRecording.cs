using ForkTrace.Replay.Conditions;

namespace ForkTrace.Learning.Corpus;

/// <summary>A recording to learn from, ready to replay.</summary>
/// <param name="Split">Its load, its machine, and its fold of cross-validation.</param>
/// <param name="Context">Its operations on its machine, starting with empty caches.</param>
/// <param name="MemoryUnit">Stacks that the kernel's own cache (linux-5.18, two slots) would have held on average: the unit of memory.</param>
public sealed record CorpusRecording(RecordingSplit Split, ReplayContext Context, double MemoryUnit)
{
    /// <summary>The operations to replay.</summary>
    public StackOperations Operations => Context.Operations;

    /// <summary>Prepares a recording.</summary>
    /// <exception cref="CorpusException">The recording shows no forks or no deaths, or its clock does not count nanoseconds.</exception>
    public static CorpusRecording Of(EventTable events, RecordingSplit split)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(split);
        if (events.Facts.ClockUnit != "ns")
            throw new CorpusException($"{split.Recording}: the trace's clock '{events.Facts.Clock}' does not count nanoseconds, which learning needs");
        ReplayPlan plan = new()
        {
            Policies = [Outcome.Kernel],
            Conditions = ReplayConditions.Default with { Start = CacheStart.Empty },
        };
        StackOperations operations = ReplayEngine.Operations(events, plan);
        foreach (StackOperationKind kind in new[] { StackOperationKind.Allocate, StackOperationKind.Release })
        {
            if (operations.Evidence.Total(kind) == 0)
                throw new CorpusException($"{split.Recording}: the recording shows no {(kind == StackOperationKind.Allocate ? "fork" : "death of a task")}, so there is nothing to learn from it");
        }

        MachineShape machine = ReplayPlan.MachineOf(plan.Conditions, events.Facts, operations);
        ReplayContext context = new(operations, machine, plan.Conditions);
        double unit = Outcome.Replay(context, Outcome.Kernel).Stacks;
        return unit > 0
            ? new CorpusRecording(split, context, unit)
            : throw new CorpusException($"{split.Recording}: the kernel's own cache would hold nothing in it, so no memory can be compared with it");
    }
}

/// <summary>The input is not suitable for learning.</summary>
public sealed class CorpusException(string message) : Exception(message);

using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Truth;

namespace ForkTrace.Lifecycle.Inspection;

/// <summary>
/// What a trace can show about stack operations, judged by the kinds of events in it. <see cref="LifecycleBuilder"/> makes the same choices
/// task by task; the grade of a result gives the exact shares.
/// </summary>
/// <param name="Operations">For each kind of operation, where it is known from.</param>
/// <param name="Missing">Events that would show more; empty if the trace has the best evidence possible.</param>
/// <param name="GroundTruth">Kinds of events in the trace that show what the kernel's cache did.</param>
public sealed record TraceEvidence(
    ImmutableArray<OperationSource> Operations, ImmutableArray<MissingEvent> Missing, ImmutableArray<EventKind> GroundTruth)
{
    /// <summary>Judges a trace by its facts.</summary>
    public static TraceEvidence Of(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        OperationSource release = ReleaseSource(facts);
        return new TraceEvidence(
            [AllocateSource(facts), release, StackCallbackSource(facts, release), TaskFreeSource(facts, release)],
            [.. MissingFrom(facts)],
            [.. EventKinds.All.Where(kind => EventKinds.IsGroundTruth(kind) && facts.CountOf(kind) > 0)]);
    }

    private static OperationSource AllocateSource(TraceFacts facts)
    {
        const StackOperationKind Kind = StackOperationKind.Allocate;
        bool hasNewTasks = facts.CountOf(EventKind.NewTask) > 0 || facts.CountOf(EventKind.Fork) > 0;
        if (hasNewTasks && facts.CountOf(EventKind.TaskAlloc) > 0)
            return new(Kind, Evidence.Observed, "kmem:kmem_cache_alloc", "the task_struct's allocation, just before the stack's");
        if (facts.CountOf(EventKind.NewTask) > 0)
            return new(Kind, Evidence.Inferred, "task:task_newtask", "the end of copy_process: the stack was taken before");
        if (facts.HasIssue(TraceFacts.ForkRecordsCode))
            return new(Kind, Evidence.Inferred, "PERF_RECORD_FORK", "perf's own record of a fork's end: the stack was taken before");
        if (facts.CountOf(EventKind.Fork) > 0)
            return new(Kind, Evidence.Inferred, "sched:sched_process_fork", "the end of fork: the stack was taken before");
        return new(Kind, null, null, "no event shows a fork");
    }

    private static OperationSource ReleaseSource(TraceFacts facts)
    {
        const StackOperationKind Kind = StackOperationKind.Release;
        if (facts.CountOf(EventKind.DeathSwitch) > 0)
            return new(Kind, Evidence.Observed, "sched:sched_switch", "the last switch away from the dead task");
        if (facts.HasIssue(TraceFacts.ExitRecordsCode))
            return new(Kind, Evidence.Inferred, "PERF_RECORD_EXIT", "perf's own record of exit's beginning: the stack is given back later");
        if (facts.CountOf(EventKind.Exit) > 0)
            return new(Kind, Evidence.Inferred, "sched:sched_process_exit", "the beginning of exit: the stack is given back later");
        if (facts.CountOf(EventKind.Free) > 0)
            return new(Kind, Evidence.Inferred, "sched:sched_process_free", "the task's end: the stack was given back before");
        return new(Kind, null, null, "no event shows a task's end");
    }

    private static OperationSource StackCallbackSource(TraceFacts facts, OperationSource release)
    {
        const StackOperationKind Kind = StackOperationKind.StackCallback;
        if (facts.CountOf(EventKind.Free) > 0)
            return new(Kind, Evidence.Inferred, "sched:sched_process_free", "proves that callbacks queued earlier on that CPU have run");
        return Modelled(Kind, release);
    }

    private static OperationSource TaskFreeSource(TraceFacts facts, OperationSource release)
    {
        const StackOperationKind Kind = StackOperationKind.TaskFree;
        if (facts.CountOf(EventKind.Free) > 0)
            return new(Kind, Evidence.Observed, "sched:sched_process_free", "the RCU callback that drops the task");
        return Modelled(Kind, release);
    }

    private static OperationSource Modelled(StackOperationKind kind, OperationSource release) => release.Evidence is null
        ? new(kind, null, null, "no event shows a task's end")
        : new(kind, Evidence.Modelled, null, "a seeded model of grace periods");

    private static IEnumerable<MissingEvent> MissingFrom(TraceFacts facts)
    {
        if (facts.CountOf(EventKind.NewTask) == 0)
            yield return new("task:task_newtask", "every new task, including kernel threads and io_uring workers, with its clone flags");
        if (facts.CountOf(EventKind.TaskAlloc) == 0)
            yield return new("kmem:kmem_cache_alloc", "when and on which CPU a fork takes its stack, and forks that failed");
        if (facts.CountOf(EventKind.DeathSwitch) + facts.CountOf(EventKind.Switch) == 0)
            yield return new("sched:sched_switch", "when and on which CPU a dead task's stack is given back");
        if (facts.CountOf(EventKind.Free) == 0)
            yield return new("sched:sched_process_free", "when RCU callbacks ran on each CPU; without it, a model assumes when");
        bool hasTruth = EventKinds.All.Any(kind => EventKinds.IsGroundTruth(kind) && facts.CountOf(kind) > 0);
        if (!hasTruth && BetterRecording.CanRecordMappings(facts))
            yield return new("vmalloc:alloc_vmap_area", "the kernel's own cache misses: a check on the replay", IsGroundTruth: true);
    }
}

/// <summary>A kernel event that is not in the trace, and that would improve its results.</summary>
/// <param name="Event">The event, as <c>system:name</c>.</param>
/// <param name="Gain">What it would show.</param>
/// <param name="IsGroundTruth">True if it shows what the kernel's own cache did: it judges a replay and changes no result.</param>
public sealed record MissingEvent(string Event, string Gain, bool IsGroundTruth = false);

/// <summary>Where a trace's stack operations of one kind are known from.</summary>
/// <param name="Operation">The kind of operation.</param>
/// <param name="Evidence">The best evidence in the trace; null if nothing shows such operations.</param>
/// <param name="Event">The kernel event that shows them, as <c>system:name</c>; null for a model, or for nothing.</param>
/// <param name="Explanation">A short phrase: what the event or model marks.</param>
public sealed record OperationSource(StackOperationKind Operation, Evidence? Evidence, string? Event, string Explanation);

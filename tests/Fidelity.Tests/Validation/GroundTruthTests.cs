using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

/// <summary>What each kind of event shows about a fork.</summary>
public sealed class GroundTruthTests
{
    [Theory]
    [InlineData(EventKind.StackMap)]
    [InlineData(EventKind.ProbeVmalloc)]
    public void Where_misses_are_shown_the_others_hit(EventKind mapped)
    {
        GroundTruth truth = Truth([mapped], []);
        Assert.True(truth.Exists);
        Assert.Equal([false, true], Outcomes(truth));
    }

    [Fact]
    public void Where_hits_are_shown_the_others_missed() => Assert.Equal([true, false], Outcomes(Truth([EventKind.ProbeCached], [])));

    [Fact]
    public void Where_both_are_shown_a_fork_with_neither_or_both_is_not_judged()
    {
        Assert.Equal([false, true], Outcomes(Truth([EventKind.StackMap], [EventKind.ProbeCached])));
        Assert.Equal([false, null], Outcomes(Truth([EventKind.StackMap], [EventKind.StackMap, EventKind.ProbeCached])));
        Assert.Equal([null, null], Outcomes(Truth([EventKind.StackMap, EventKind.ProbeCached], [])));
    }

    [Fact]
    public void Without_either_there_is_none() => Assert.False(Truth([], []).Exists);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rcu_events_say_when_callbacks_ran_with_or_without_a_probe_on_the_release(bool hasPuts)
    {
        SyntheticTrace trace = new();
        int[] tasks = [trace.Fork(100, 0), trace.Fork(200, 0), trace.Fork(300, 0)];
        foreach (int task in tasks)
        {
            trace.Die(1000 * (task + 1), 0, task);
            if (hasPuts)
                trace.Add((1000 * (task + 1)) + 1, 0, EventKind.ProbePut, task, -1, 1);

            // The second stack had room in the cache.
            if (task != tasks[1])
                trace.Add((1000 * (task + 1)) + 2, 0, EventKind.StackRcuQueue, -1, -1, 0);
        }

        // A failed fork's stack, then the three callbacks.
        trace.Add(5000, 0, EventKind.StackRcuQueue, -1, -1, 0);
        foreach (long timeNs in (long[])[9001, 9002, 9003])
            trace.Add(timeNs, 0, EventKind.StackRcuInvoke, -1, -1, 0);
        EventTable events = trace.ToTable();
        CallbackTruth truth = CallbackTruth.Of(events)!;
        Assert.Equal(9001, events.TimesNs[truth.RowOf(tasks[0])]);
        Assert.Equal(-1, truth.RowOf(tasks[1]));
        Assert.Equal(9002, events.TimesNs[truth.RowOf(tasks[2])]);
    }

    [Fact]
    public void Addresses_tell_which_callback_ran_on_whatever_cpu()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        int[] tasks = [trace.Fork(100, 0), trace.Fork(200, 0), trace.Fork(300, 0)];
        foreach (int task in tasks)
        {
            trace.Die(1000 * (task + 1), 0, task);
            trace.Add((1000 * (task + 1)) + 2, 0, EventKind.ProbeCallRcu, -1, -1, -16384 * (task + 1));
        }

        trace.Add(9001, 1, EventKind.ProbeStackRcu, -1, -1, -16384 * 2);
        trace.Add(9002, 0, EventKind.ProbeStackRcu, -1, -1, -16384);
        trace.Add(9003, 1, EventKind.ProbeStackRcu, -1, -1, -16384 * 9);
        trace.Fork(20_000, 0);
        EventTable events = trace.ToTable();
        CallbackTruth truth = CallbackTruth.Of(events)!;
        Assert.Equal((9002, 9001), (events.TimesNs[truth.RowOf(tasks[0])], events.TimesNs[truth.RowOf(tasks[1])]));
        Assert.Equal(-1, truth.RowOf(tasks[2]));
        StackOperations operations = LifecycleBuilder.Build(events, callbacks: truth);
        int callback = Enumerable.Range(0, operations.Count)
            .Single(index => operations.Kinds[index] == StackOperationKind.StackCallback && operations.TaskIds[index] == tasks[1]);
        Assert.Equal((9001L, 1), (operations.TimesNs[callback], (int)operations.Cpus[callback]));
    }

    [Fact]
    public void A_callback_whose_probe_was_lost_does_not_shift_the_others()
    {
        SyntheticTrace trace = new();
        int[] tasks = [trace.Fork(100, 0), trace.Fork(200, 0), trace.Fork(300, 0)];
        foreach (int task in tasks)
        {
            trace.Die(1000 * (task + 1), 0, task);
            trace.Add((1000 * (task + 1)) + 2, 0, EventKind.ProbeCallRcu, -1, -1, -16384 * (task + 1));
        }

        trace.Add(9001, 0, EventKind.ProbeStackRcu, -1, -1, -16384 * (tasks[0] + 1));
        trace.Add(9003, 0, EventKind.ProbeStackRcu, -1, -1, -16384 * (tasks[2] + 1));
        EventTable events = trace.ToTable();
        CallbackTruth truth = CallbackTruth.Of(events)!;
        Assert.Equal((9001, 9003), (events.TimesNs[truth.RowOf(tasks[0])], events.TimesNs[truth.RowOf(tasks[2])]));
        Assert.Equal(-1, truth.RowOf(tasks[1]));
    }

    private static bool?[] Outcomes(GroundTruth truth) =>
        [truth.Knows(1) ? truth.WasHit(1) : null, truth.Knows(2) ? truth.WasHit(2) : null];

    // Task 0 forks twice, with these events before each task_newtask.
    private static GroundTruth Truth(EventKind[] first, EventKind[] second)
    {
        SyntheticTrace trace = new();
        int parent = trace.NewTaskId();
        long timeNs = 0;
        foreach (EventKind[] kinds in (EventKind[][])[first, second])
        {
            trace.AllocateTask(timeNs += 1000, 0, parent);
            foreach (EventKind kind in kinds)
                trace.Add(timeNs += 10, 0, kind, parent, -1, 1);
            trace.Add(timeNs += 10, 0, EventKind.NewTask, trace.NewTaskId(), parent, 0);
        }

        return GroundTruth.Of(trace.ToTable());
    }
}

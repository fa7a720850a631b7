using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.TestKit;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>Tasks that are dead at the end of a recording without a visible free.</summary>
public sealed class UnseenFreeTests
{
    private const long SecondNs = 1_000_000_000;

    // Grace periods of one second. The default model would place these callbacks some milliseconds after each death.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatTheRecordingWouldHaveShownComesAfterItsEnd(bool areZombies)
    {
        StackOperations operations = LifecycleBuilder.Build(Recording(tasks: 40, freed: 30, areZombies).ToTable());
        Assert.Equal(30, Count(operations, StackOperationKind.TaskFree));

        // A stack's own callback can run before its task's callback, which the parent queues.
        Assert.InRange(Count(operations, StackOperationKind.StackCallback), 30, areZombies ? 36 : 30);
    }

    // Softirqs alone do not show that frees were recorded, so the model gives the times of callbacks.
    [Fact]
    public void WithoutAnyFreeNothingIsConcluded()
    {
        SyntheticTrace trace = Recording(tasks: 20, freed: 0, areZombies: false);
        trace.Add(2 * SecondNs, 0, EventKind.RcuSoftirqEntry, -1, -1, 9);
        Assert.Equal(20, Count(LifecycleBuilder.Build(trace.ToTable()), StackOperationKind.TaskFree));
    }

    // perf record without -a: most tasks have no visible free, although later tasks are freed.
    [Fact]
    public void ARecorderThatMissesMostFreesSaysNothingByMissingOne()
    {
        SyntheticTrace trace = new();
        for (int index = 0; index < 40; index++)
        {
            long timeNs = index * SecondNs;
            int task = trace.Fork(timeNs, 0);
            trace.Die(timeNs + 1_000, 0, task);
            if (index % 4 == 3)
                trace.Free(timeNs + 10_000_000, 0, task);
        }

        trace.Fork(50 * SecondNs, 0);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal(40, Count(operations, StackOperationKind.TaskFree));
        Assert.Equal(40, Count(operations, StackOperationKind.StackCallback));
    }

    private static SyntheticTrace Recording(int tasks, int freed, bool areZombies)
    {
        SyntheticTrace trace = new();
        List<int> dead = [];
        for (int index = 0; index < tasks; index++)
        {
            long timeNs = index * 50_000_000;
            int task = trace.Fork(timeNs, 0);
            trace.Die(timeNs + 1_000, 0, task, areZombies);
            dead.Add(task);
            if (index >= tasks - freed)
                trace.Free(timeNs + 2_000, 0, dead[index - tasks + freed]);
        }

        return trace;
    }

    private static int Count(StackOperations operations, StackOperationKind kind) =>
        Enumerable.Range(0, operations.Count).Count(index => operations.Kinds[index] == kind);
}

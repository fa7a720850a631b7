using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.TestKit;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>Compares the inferred times of stack callbacks with a simulated machine, where they are known.</summary>
public sealed class RcuEvidenceTests
{
    private const long NearNs = 500_000;

    // Processes die on CPU 0 and are reaped at once on CPU 1, where the task's callback is queued. No event shows the stack's callback on
    // CPU 0.
    [Theory]
    [InlineData(1, 2, 2_500_000)]
    [InlineData(2, 2, 2_500_000)]
    [InlineData(3, 2, 6_000_000)]
    [InlineData(4, 2, 20_000_000)]
    [InlineData(5, 3, 2_500_000)]
    public void TheSoftirqThatRanACallbackIsFoundFromAnotherCpusFrees(int seed, int cpus, int meanGapNs)
    {
        (double right, double wrongByFar) = Judge(seed, cpus, meanGapNs, unseenReaping: false);
        Assert.True(right >= 0.80, $"{right:P1} of the callbacks in the softirq that ran them");
        Assert.True(wrongByFar <= 0.05, $"{wrongByFar:P1} of the callbacks off by more than a grace period");
    }

    // Half of the children stay zombies until the end. Their frees must not be interpreted as callbacks that waited that long.
    [Fact]
    public void ChildrenThatNobodySawReapedDoNotHoldUpTheOthers()
    {
        (double right, _) = Judge(seed: 6, cpus: 2, meanGapNs: 2_500_000, unseenReaping: true);
        Assert.True(right >= 0.75, $"{right:P1} of the callbacks in the softirq that ran them");
    }

    // Softirqs and frees of a CPU are missing for some time. The remaining conclusions are still right, and the rest is reported as
    // unknown.
    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(7, 0)]
    public void WhatIsConcludedAcrossAGapIsStillRight(int seed, int cpuOfGap)
    {
        (double right, double wrongByFar) = Judge(seed, cpus: 2, 2_500_000, unseenReaping: false, cpuOfGap);
        Assert.True(right >= 0.80, $"{right:P1} of the callbacks in the softirq that ran them");
        Assert.True(wrongByFar <= 0.05, $"{wrongByFar:P1} of the callbacks off by more than a grace period");
    }

    private static (double Right, double WrongByFar) Judge(int seed, int cpus, int meanGapNs, bool unseenReaping, int cpuOfGap = -1)
    {
        SoftirqLoad load = SoftirqLoad.Make(seed, cpus, meanGapNs, unseenReaping);
        EventTable events = load.Events;
        if (cpuOfGap >= 0)
            events = LostEvents.Of(events, cpuOfGap, events.Count / 8, events.Count / 16);
        StackOperations operations = LifecycleBuilder.Build(events);
        int right = 0, far = 0, judged = 0;
        for (int index = 0; index < operations.Count; index++)
        {
            if (operations.Kinds[index] != StackOperationKind.StackCallback)
                continue;
            if (cpuOfGap >= 0 && operations.EvidenceOf[index] == Evidence.Modelled)
                continue;
            judged++;
            long offNs = Math.Abs(operations.TimesNs[index] - load.RanNs[operations.TaskIds[index]]);
            right += offNs <= NearNs ? 1 : 0;
            far += offNs > 20_000_000 ? 1 : 0;
        }

        Assert.True(judged > load.RanNs.Count / 2);
        return ((double)right / judged, (double)far / judged);
    }
}

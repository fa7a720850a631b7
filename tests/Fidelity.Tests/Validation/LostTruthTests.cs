using ForkTrace.Events;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

/// <summary>After lost events, a part of the truth and the content of the caches are unknown.</summary>
public sealed class LostTruthTests
{
    [Theory]
    [InlineData(0, 2000, 4990, true)]
    [InlineData(0, 2000, 5010, false)]
    [InlineData(0, 5010, 5030, false)]
    [InlineData(1, 5010, 5030, true)]
    [InlineData(-1, 5010, 5030, false)]
    public void A_fork_of_which_a_gap_may_hide_a_part_is_not_judged(int cpu, long fromNs, long toNs, bool isKnown)
    {
        SyntheticTrace trace = new() { Cpus = 2, Losses = [new LossInterval(cpu, fromNs, toNs, 1)] };
        int parent = trace.NewTaskId();
        int first = Fork(trace, parent, 1000);
        int second = Fork(trace, parent, 5000);
        GroundTruth truth = GroundTruth.Of(trace.ToTable());
        Assert.True(truth.Knows(first));
        Assert.Equal(isKnown, truth.Knows(second));
    }

    [Fact]
    public void The_first_two_forks_of_a_cpu_after_a_gap_are_left_out()
    {
        SyntheticTrace trace = new() { Losses = [new LossInterval(0, 5500, 5900, 1)] };
        int parent = trace.NewTaskId();
        for (int fork = 1; fork <= 10; fork++)
            Fork(trace, parent, 1000 * fork);
        ValidationResult result = Validator.Validate(trace.ToTable(), PolicySelection.Parse("linux-5.18"), EvidenceLevel.Standard);
        Assert.Equal((10, 6, 6), (result.AllForks, result.Forks, result.TrueMisses));
    }

    [Fact]
    public void After_a_gap_nobody_can_tell_whose_callback_runs()
    {
        SyntheticTrace trace = new() { Losses = [new LossInterval(0, 2500, 2600, 1)] };
        int[] tasks = [trace.Fork(100, 0), trace.Fork(200, 0)];
        for (int index = 0; index < 2; index++)
        {
            trace.Die(1000 + (2000 * index), 0, tasks[index]);
            trace.Add(1001 + (2000 * index), 0, EventKind.StackRcuQueue, -1, -1, 0);
            trace.Add(1500 + (2000 * index), 0, EventKind.StackRcuInvoke, -1, -1, 0);
        }

        CallbackTruth truth = CallbackTruth.Of(trace.ToTable())!;
        Assert.True(truth.RowOf(tasks[0]) >= 0);
        Assert.Equal(-1, truth.RowOf(tasks[1]));
    }

    // Lost events do not change what the kernel did after the gap, so a replay that is right there stays right.
    [Fact]
    public void A_recording_with_a_gap_is_judged_where_it_is_known()
    {
        using EventTable whole = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"));
        PolicySelection policy = PolicySelection.Parse("linux-5.18");
        ValidationResult all = Validator.Validate(whole, policy, EvidenceLevel.Standard);
        for (int seed = 0; seed < 10; seed++)
        {
            int rows = Enumerable.Range(0, whole.Count).Count(row => whole.Cpus[row] == 0);
            EventTable lossy = LostEvents.Of(whole, 0, 1 + new Random(seed).Next(rows / 2), 50);
            ValidationResult result = Validator.Validate(lossy, policy, EvidenceLevel.Standard);
            Assert.InRange(result.Forks, all.Forks - 60, all.Forks - 1);
            Assert.InRange(result.Agreement, all.Agreement - 0.02, 1);
        }
    }

    // A miss.
    private static int Fork(SyntheticTrace trace, int parent, long timeNs)
    {
        trace.AllocateTask(timeNs, 0, parent);
        trace.Add(timeNs + 20, 0, EventKind.StackMap, parent, -1, 1);
        return trace.Fork(timeNs + 40, 0, parent);
    }
}

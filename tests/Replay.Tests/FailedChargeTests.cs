using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Forks whose stack cannot be charged to the memory cgroup.</summary>
public sealed class FailedChargeTests
{
    private const long OutOfMemory = -12, TryAgain = -11;

    // A stack is cached. A fork takes it and fails. Another fork follows.
    [Theory]
    [InlineData("linux-5.18", OutOfMemory, 1, 1)]
    [InlineData("linux-5.18", TryAgain, 2, 0)]
    [InlineData("linux-6.19", OutOfMemory, 1, 1)]
    [InlineData("zero-on-free", OutOfMemory, 1, 1)]
    [InlineData("refill:low=0", OutOfMemory, 1, 1)]
    [InlineData("linux-4.20", OutOfMemory, 2, 0)]
    [InlineData("linux-4.20", TryAgain, 2, 0)]
    public void Since_5_18_the_stack_is_freed_if_the_charge_fails(string policy, long returned, long hits, long freed)
    {
        CellResult row = Replays.Of(Load(returned), policy);
        Assert.Equal((hits, freed, 1), (row.Hits, row.Freed, row.FailedForks));
    }

    [Fact]
    public void The_call_s_end_marks_when_the_stack_was_gone()
    {
        StackOperations operations = LifecycleBuilder.Build(Load(OutOfMemory));
        int failed = operations.Tasks - 1;
        int index = Enumerable.Range(0, operations.Count).Single(index => operations.Kinds[index] == StackOperationKind.FailedCharge);
        Assert.Equal((failed, 0, Evidence.Inferred), (operations.TaskIds[index], (int)operations.Cpus[index], operations.EvidenceOf[index]));
        Assert.InRange(operations.TimesNs[index], 2001, 2040);
    }

    [Fact]
    public void One_pass_over_capacities_counts_it_too()
    {
        EventTable events = Load(OutOfMemory);
        CellResult[] swept = [.. Engine.ReplayEngine.Run(events, Replays.Plan("linux-4.20:capacity=0..3"))];
        for (int capacity = 0; capacity < swept.Length; capacity++)
            Assert.Equal(Replays.Of(events, $"linux-4.20:capacity={capacity}").Hits, swept[capacity].Hits);
    }

    private static EventTable Load(long returned)
    {
        SyntheticTrace trace = new() { Cpus = 1 };
        int parent = trace.NewTaskId();
        trace.AllocateTask(90, 0, parent);
        trace.Die(1000, 0, trace.Fork(100, 0, parent));
        trace.AllocateTask(2000, 0, parent);
        trace.Add(2040, 0, EventKind.ForkExit, parent, -1, returned);
        trace.AllocateTask(3000, 0, parent);
        trace.Fork(3010, 0, parent);
        return trace.ToTable();
    }
}

using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests.Lifecycle;

/// <summary>The CPU on which the callback that frees a task is queued, in recordings without sched_process_free.</summary>
public sealed class ReaperTests
{
    private static readonly LifecycleConditions s_expedited = new() { Rcu = RcuModel.Parse("expedited") };

    // The parent forks on CPU 0, the child dies on CPU 2, and the parent is seen again on CPU 1.
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void A_zombie_is_reaped_where_its_parent_is_seen_next_and_a_thread_where_it_died(bool zombie, int cpu)
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int parent = trace.NewTaskId();
        int child = trace.Fork(100, 0, parent);
        trace.Die(1000, 2, child, zombie);
        trace.Fork(5000, 1, parent);
        trace.Fork(900_000_000, 0);
        Assert.Equal(cpu, FreeCpu(trace, child));
    }

    [Fact]
    public void A_wait_that_finds_a_zombie_reaps_it_there()
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int parent = trace.NewTaskId();
        int child = trace.Fork(100, 0, parent);
        trace.Exit(900, 2, child);
        trace.Die(1000, 2, child, zombie: true);
        trace.Fork(5000, 0, parent);
        trace.Add(400_000_000, 1, EventKind.Wait, parent, child, 0);
        trace.Fork(900_000_000, 0);
        Assert.Equal(1, FreeCpu(trace, child));
        Assert.InRange(Free(trace, child).TimeNs, 400_000_000, 401_000_000);
    }

    // Clone flags of a thread and of a process, if only sched_process_exit shows the death.
    [Theory]
    [InlineData(0x10000, 2)]
    [InlineData(0, 1)]
    public void Without_a_final_switch_clone_flags_tell_a_thread(long flags, int cpu)
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int parent = trace.NewTaskId();
        int child = trace.NewTaskId();
        trace.Add(100, 0, EventKind.NewTask, child, parent, flags);
        trace.Exit(1000, 2, child);
        trace.Fork(5000, 1, parent);
        trace.Fork(900_000_000, 0);
        Assert.Equal(cpu, FreeCpu(trace, child));
    }

    [Fact]
    public void Nothing_is_known_about_a_parent_that_is_not_seen_again()
    {
        SyntheticTrace trace = new() { Cpus = 3 };
        int child = trace.Fork(100, 0, trace.NewTaskId());
        trace.Die(1000, 2, child, zombie: true);
        trace.Fork(900_000_000, 0);
        Assert.Equal(2, FreeCpu(trace, child));
    }

    // Children that were waited for, with sched_process_free, which shows where their callback was queued.
    [Theory]
    [InlineData("native-6.18/fork.perf.data.zst")]
    [InlineData("native-6.18/prefork.perf.data.zst")]
    [InlineData("native-6.18/shell.perf.data.zst")]
    [InlineData("native-6.18/make.perf.data.zst")]
    public void On_recordings_children_are_freed_where_they_are_reaped(string recording)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
        Dictionary<int, int> observed = FreeCpus(LifecycleBuilder.Build(events), Evidence.Observed);
        Dictionary<int, int> reaped = FreeCpus(LifecycleBuilder.Build(events, conditions: new() { Rcu = RcuModel.Parse("always") }), Evidence.Modelled);
        int zombies = 0, atReaper = 0, atDeath = 0;
        for (int row = 0; row < events.Count; row++)
        {
            bool isZombie = events.Kinds[row] == EventKind.DeathSwitch && (events.Values[row] & 0x20) != 0;
            if (!isZombie || !observed.TryGetValue(events.Tasks[row], out int cpu) || !reaped.TryGetValue(events.Tasks[row], out int reaper))
                continue;
            zombies++;
            atReaper += reaper == cpu ? 1 : 0;
            atDeath += events.Cpus[row] == cpu ? 1 : 0;
        }

        Assert.InRange(atReaper, 0.92 * zombies, zombies);
        Assert.True(atReaper > atDeath, $"{zombies} zombies, {atReaper} freed on the reaper's CPU, {atDeath} on that of the death");
    }

    private static Dictionary<int, int> FreeCpus(StackOperations operations, Evidence evidence) => Enumerable.Range(0, operations.Count)
        .Where(index => operations.Kinds[index] == StackOperationKind.TaskFree && operations.EvidenceOf[index] == evidence)
        .ToDictionary(index => operations.TaskIds[index], index => (int)operations.Cpus[index]);

    private static int FreeCpu(SyntheticTrace trace, int task) => Free(trace, task).Cpu;

    private static (long TimeNs, int Cpu) Free(SyntheticTrace trace, int task)
    {
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable(), conditions: s_expedited);
        int index = Enumerable.Range(0, operations.Count)
            .Single(index => operations.Kinds[index] == StackOperationKind.TaskFree && operations.TaskIds[index] == task);
        return (operations.TimesNs[index], operations.Cpus[index]);
    }
}

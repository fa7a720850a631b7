using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Tasks;
using ForkTrace.TestKit;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>Tasks that are not created by fork or clone: kernel threads, and the io workers of a process.</summary>
public sealed class KernelThreadTests
{
    private const long CloneThread = 0x10000;

    // kthread_create_on_node is called on CPU 3, but kthreadd forks, on CPU 1 (kthreadd, kernel/kthread.c).
    [Fact]
    public void A_kernel_thread_s_stack_is_taken_on_kthreadd_s_cpu()
    {
        SyntheticTrace trace = new() { Cpus = 4 };
        int kthreadd = trace.NewTaskId();
        int caller = trace.NewTaskId();
        trace.AllocateTask(90, 3, caller);
        int fork = trace.Fork(95, 3, caller);
        trace.AllocateTask(100, 1, kthreadd);
        int thread = trace.Fork(110, 1, kthreadd);
        Assert.Equal([(90L, 3, fork, Evidence.Observed), (100L, 1, thread, Evidence.Observed)], Allocations(trace));
    }

    // create_io_thread calls copy_process itself, so there is no sched_process_fork, but a task_newtask in the thread that runs
    // io_uring_enter.
    [Fact]
    public void An_io_worker_s_stack_is_taken_on_its_creator_s_cpu()
    {
        SyntheticTrace trace = new() { Cpus = 4 };
        int creator = trace.NewTaskId();
        int worker = trace.NewTaskId();
        trace.Add(100, 2, EventKind.TaskAlloc, creator, -1, 9792);
        trace.Add(120, 2, EventKind.NewTask, worker, creator, CloneThread);
        trace.Die(500, 3, worker);
        Assert.Equal([(100L, 2, worker, Evidence.Observed)], Allocations(trace));
        Assert.Equal(1, Replays.Of(trace.ToTable(), "linux-5.18").Allocations);
    }

    [Fact]
    public void Of_a_recording_of_sched_process_fork_alone_an_io_worker_was_there_before()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        int child = trace.NewTaskId();
        trace.Add(100, 0, EventKind.Fork, child, -1, 0);
        int worker = trace.NewTaskId();
        trace.Die(500, 1, worker);
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        Assert.Equal([TaskBeginning.Forked, TaskBeginning.Existed], operations.Beginnings);
        Assert.Equal([(100L, 0, child, Evidence.Inferred)], Allocations(trace));
    }

    private static (long, int, int, Evidence)[] Allocations(SyntheticTrace trace)
    {
        StackOperations operations = LifecycleBuilder.Build(trace.ToTable());
        return
        [
            .. Enumerable.Range(0, operations.Count)
                .Where(index => operations.Kinds[index] == StackOperationKind.Allocate)
                .Select(index => (operations.TimesNs[index], (int)operations.Cpus[index], operations.TaskIds[index], operations.EvidenceOf[index])),
        ];
    }
}

using ForkTrace.Events;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Tests.Text;

public sealed class NodeAllocationTests
{
    // The event in 5.10 instead of kmem_cache_alloc in 6.1: dup_task_struct allocates on a node.
    [Theory]
    [InlineData("kmem_cache_alloc")]
    [InlineData("kmem_cache_alloc_node")]
    public void A_task_struct_is_found_under_either_name(string name)
    {
        KnownTracepoint known = Assert.Single(KnownTracepoints.All, known => known.System == "kmem" && known.Name == name);
        Assert.Equal(EventKind.TaskAlloc, known.Kind);
        Assert.Equal("bytes_req", known.Value);
    }

    [Fact]
    public void A_printout_of_an_old_kernel_has_its_allocations()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(
                path,
                """
                # tracer: nop
                #
                # entries-in-buffer/entries-written: 2/2   #P:2
                #
                #                              _-----=> irqs-off
                #                             / _----=> need-resched
                #                            | / _---=> hardirq/softirq
                #                            || / _--=> preempt-depth
                #                            ||| /     delay
                #           TASK-PID   CPU#  ||||    TIMESTAMP  FUNCTION
                #              | |       |   ||||       |         |
                              sh-100   [000] ....    10.000001: kmem_cache_alloc_node: call_site=ffff81 ptr=ffff82 bytes_req=9664 bytes_alloc=9664 gfp_flags=0 node=-1
                              sh-100   [000] ....    10.000030: task_newtask: pid=101 comm=sh clone_flags=1200000 oom_score_adj=0

                """);
            using EventTable events = TraceReader.Read(path);
            Assert.Equal([EventKind.TaskAlloc, EventKind.NewTask], events.Kinds.ToArray());
            Assert.Equal(9664, events.Facts.TaskStructBytes);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Shared;

/// <summary>Every event is counted once, by kind or by the name of a skipped event, so the total is the sum.</summary>
public sealed class EventTotalTests
{
    [Theory]
    [MemberData(nameof(TextSniffTests.Samples), MemberType = typeof(TextSniffTests))]
    public void It_is_the_sum_of_its_parts(string path)
    {
        if (path.Contains(".function_graph", StringComparison.Ordinal) || path.Contains("no_cpu", StringComparison.Ordinal))
            return;
        foreach (bool keepAll in (bool[])[false, true])
        {
            using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace(path), new IngestOptions { KeepAll = keepAll });
            TraceFacts facts = table.Facts;
            Assert.Equal(facts.EventsTotal, facts.EventsByKind.Values.Sum() + facts.EventsSkipped.Values.Sum());
            Assert.True(facts.EventsTotal >= facts.EventsStored);
        }
    }

    /// <summary>Softirqs other than RCU's, and allocations of other sizes, are counted as skipped.</summary>
    [Fact]
    public void Lines_that_are_not_about_stacks_are_counted_by_name()
    {
        using EventTable table = TextFile.Read(
            "# tracer: nop",
            "              sh-1       [001] .....     5.000001: softirq_entry: vec=9 [action=RCU]",
            "              sh-1       [001] .....     5.000002: softirq_entry: vec=1 [action=TIMER]",
            "              sh-1       [001] .....     5.000003: kmem_cache_alloc: call_site=getname ptr=1 bytes_req=256 bytes_alloc=256",
            "              sh-1       [001] .....     5.000004: kmem_cache_alloc: call_site=getname ptr=1 bytes_req=4096 bytes_alloc=4096",
            "              sh-1       [001] .....     5.000005: vfs_open: x");
        Assert.Equal(5, table.Facts.EventsTotal);
        Assert.Equal(1, table.Facts.CountOf(EventKind.RcuSoftirqEntry));
        Assert.Equal(
            [("kmem_cache_alloc", 2L), ("softirq_entry", 1L), ("vfs_open", 1L)],
            table.Facts.EventsSkipped.Select(one => (one.Key, one.Value)));
    }

    /// <summary>copy_process also allocates a sighand_struct, and openat(2) a path. The task_struct is recognised by its size.</summary>
    [Theory]
    [InlineData("copy_process+0x178/0x1cf0")]
    [InlineData("00000000dead4711")]
    public void The_largest_allocation_of_a_fork_is_the_task_struct(string callSite)
    {
        const string Line = "              sh-1       [001] .....     5.00000";
        using EventTable table = TextFile.Read(
            "# tracer: nop",
            $"{Line}1: kmem_cache_alloc: call_site=getname_flags+0x4f/0x1e0 ptr=1 bytes_req=4096 bytes_alloc=4096",
            $"{Line}2: kmem_cache_alloc: call_site=getname_flags+0x4f/0x1e0 ptr=1 bytes_req=4096 bytes_alloc=4096",
            $"{Line}3: kmem_cache_alloc: call_site={callSite} ptr=1 bytes_req=9792 bytes_alloc=9792",
            $"{Line}4: kmem_cache_alloc: call_site={callSite} ptr=1 bytes_req=2088 bytes_alloc=2112",
            $"{Line}5: task_newtask: pid=2 comm=sh clone_flags=1200011 oom_score_adj=0");
        Assert.Equal((1L, 9792), (table.Facts.CountOf(EventKind.TaskAlloc), table.Facts.TaskStructBytes));
        Assert.Equal(3, table.Facts.EventsSkipped["kmem:kmem_cache_alloc"]);
    }

    /// <summary>An allocation at a known call site counts even if the text has no birth for it.</summary>
    [Theory]
    [InlineData("copy_process+0x178/0x1cf0", 1)]
    [InlineData("(copy_process.isra.0+0x178)", 1)]
    [InlineData("dup_task_struct+0x40/0x1e0", 1)]
    [InlineData("getname_flags+0x4f/0x1e0", 0)]
    [InlineData("00000000dead4711", 0)]
    public void Allocations_of_known_call_sites_are_task_structs(string callSite, int allocations)
    {
        using EventTable table = TextFile.Read(
            "# tracer: nop",
            $"              sh-1       [001] .....     5.000003: kmem_cache_alloc: call_site={callSite} ptr=1 bytes_req=4736 bytes_alloc=4736");
        Assert.Equal(allocations, table.Facts.CountOf(EventKind.TaskAlloc));
        Assert.Equal(allocations * 4736, table.Facts.TaskStructBytes);
    }
}

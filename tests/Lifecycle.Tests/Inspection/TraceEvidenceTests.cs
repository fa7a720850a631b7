using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Inspection;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.TestKit;

namespace ForkTrace.Lifecycle.Tests;

public sealed class TraceEvidenceTests
{
    [Fact]
    public void The_best_event_there_is_tells()
    {
        TraceEvidence evidence = Of(
            EventKind.NewTask,
            EventKind.Fork,
            EventKind.TaskAlloc,
            EventKind.Exit,
            EventKind.DeathSwitch,
            EventKind.Free,
            EventKind.StackMap);
        Assert.Equal(
            ["kmem:kmem_cache_alloc", "sched:sched_switch", "sched:sched_process_free", "sched:sched_process_free"],
            evidence.Operations.Select(source => source.Event));
        Assert.Empty(evidence.Missing);
        Assert.Equal([EventKind.StackMap], evidence.GroundTruth);
    }

    [Fact]
    public void Without_any_event_nothing_is_known()
    {
        TraceEvidence evidence = Of();
        Assert.All(evidence.Operations, source => Assert.Null(source.Evidence));
        Assert.Equal(4, evidence.Missing.Count(missing => !missing.IsGroundTruth));
    }

    [Fact]
    public void An_event_that_was_recorded_is_not_missing()
    {
        TraceEvidence evidence = Of(EventKind.Switch);
        Assert.DoesNotContain(evidence.Missing, missing => missing.Event == "sched:sched_switch");
        Assert.Equal(3, evidence.Missing.Count(missing => !missing.IsGroundTruth));
    }

    // The evidence from the counts must match the evidence that the lifecycle finds in the events.
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void The_lifecycle_uses_the_evidence_that_is_announced(bool allocations, bool deaths, bool frees)
    {
        SyntheticTrace trace = new();
        int parent = trace.NewTaskId();
        for (int index = 0; index < 40; index++)
        {
            long timeNs = 1_000_000L * (index + 1);
            if (allocations)
                trace.AllocateTask(timeNs, 0, parent);
            int task = trace.Fork(timeNs + 10, 0, parent);
            trace.Exit(timeNs + 1_000, 0, task);
            if (deaths)
                trace.Die(timeNs + 2_000, 0, task, zombie: true);
            if (frees)
                trace.Free(timeNs + 20_000_000, 0, task);
        }

        EventTable events = trace.ToTable();
        EvidenceSummary done = LifecycleBuilder.Build(events).Evidence;
        foreach (OperationSource source in TraceEvidence.Of(events.Facts).Operations)
            Assert.True(done.Share(source.Operation, source.Evidence!.Value) >= 0.5, $"{source.Operation} is not mostly {source.Evidence}");
    }

    [Theory]
    [InlineData("6.18.5-arch1-1", true)]
    [InlineData("6.2.0", true)]
    [InlineData("6.1.0-53-amd64", false)]
    [InlineData("", false)]
    public void Mappings_are_asked_for_where_the_kernel_has_the_event(string kernel, bool isAsked)
    {
        TraceFacts facts = Facts(EventKind.NewTask) with { Kernel = kernel };
        TraceEvidence evidence = TraceEvidence.Of(facts);
        Assert.Equal(isAsked, evidence.Missing.Any(missing => missing.Event == "vmalloc:alloc_vmap_area"));
        Assert.Equal(isAsked, BetterRecording.For(facts, evidence)!.Perf.Contains("-e vmalloc:alloc_vmap_area", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("4.13.0", "'prev_state & 0x40'")]
    [InlineData("4.14.0", "'prev_state & 0x30'")]
    [InlineData("", "'prev_state & 0x30'")]
    public void The_filter_of_deaths_is_that_of_the_kernel(string kernel, string filter)
    {
        TraceFacts facts = Facts(EventKind.NewTask) with { Kernel = kernel };
        BetterRecording record = BetterRecording.For(facts, TraceEvidence.Of(facts))!;
        Assert.Contains($"-e sched:sched_switch -f {filter} ", record.TraceCmd, StringComparison.Ordinal);
        Assert.Contains($"-e sched:sched_switch --filter {filter} ", record.Perf, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_events_ask_for_larger_buffers_even_if_no_event_is_missing()
    {
        TraceFacts whole = Facts(EventKind.NewTask, EventKind.TaskAlloc, EventKind.DeathSwitch, EventKind.Free) with { Kernel = "6.1.0" };
        Assert.Null(BetterRecording.For(whole, TraceEvidence.Of(whole)));
        TraceFacts lossy = whole with { Lost = 1 };
        BetterRecording record = BetterRecording.For(lossy, TraceEvidence.Of(lossy))!;
        Assert.Contains(" -b 32768 ", record.TraceCmd, StringComparison.Ordinal);
        Assert.Contains(" -m 8192 ", record.Perf, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6.18.5-arch1-1", 6, 18)]
    [InlineData("5.10", 5, 10)]
    public void Releases_are_read(string release, int major, int minor) =>
        Assert.Equal(new KernelRelease(major, minor), KernelRelease.Parse(release));

    [Theory]
    [InlineData("")]
    [InlineData("six.one")]
    [InlineData("6")]
    [InlineData("6.")]
    [InlineData(".1")]
    [InlineData("99999999999.1")]
    public void What_is_no_release_is_none(string release) => Assert.Null(KernelRelease.Parse(release));

    private static TraceEvidence Of(params EventKind[] kinds) => TraceEvidence.Of(Facts(kinds));

    private static TraceFacts Facts(params EventKind[] kinds) => new()
    {
        Format = "synthetic",
        Kernel = "6.18.0",
        EventsByKind = kinds.ToImmutableSortedDictionary(EventKinds.Name, _ => 1L, StringComparer.Ordinal),
    };
}

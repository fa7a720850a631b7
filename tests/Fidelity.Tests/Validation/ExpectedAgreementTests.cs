using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Events.Filtering;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Ingest;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Fidelity.Tests;

public sealed class ExpectedAgreementTests
{
    [Theory]
    [InlineData("fork-exit", EventKind.Fork, EventKind.Exit)]
    [InlineData("switch", EventKind.NewTask, EventKind.Exit, EventKind.DeathSwitch)]
    [InlineData("switch", EventKind.NewTask, EventKind.DeathSwitch, EventKind.TaskAlloc)]
    [InlineData("free", EventKind.NewTask, EventKind.DeathSwitch, EventKind.Free)]
    [InlineData("alloc", EventKind.NewTask, EventKind.DeathSwitch, EventKind.Free, EventKind.TaskAlloc)]
    [InlineData("standard", EventKind.NewTask, EventKind.DeathSwitch, EventKind.Free, EventKind.TaskAlloc, EventKind.RcuSoftirqEntry)]
    [InlineData(null, EventKind.NewTask)]
    [InlineData(null, EventKind.Exit, EventKind.DeathSwitch)]
    public void A_traces_own_level_is_found_by_its_events(string? level, params EventKind[] kinds)
    {
        TraceFacts facts = new()
        {
            Format = "synthetic",
            EventsByKind = kinds.ToImmutableSortedDictionary(EventKinds.Name, _ => 1L, StringComparer.Ordinal),
        };
        Assert.Equal(level, ExpectedAgreement.LevelOf(facts));
    }

    // The measured agreement of a recording is within the range that would be expected without the kernel's own results.
    [Theory]
    [InlineData("native-6.18/fork.perf.data.zst")]
    [InlineData("native-6.18/make.perf.data.zst")]
    [InlineData("native-6.18/prefork.perf.data.zst")]
    [InlineData("native-6.18/pthread.perf.data.zst")]
    [InlineData("native-6.18/shell.perf.data.zst")]
    [InlineData("vm-6.1/pthread.dat")]
    [InlineData("vm-6.1/prefork.dat")]
    public void A_promise_is_kept(string recording)
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(recording));
        foreach (EvidenceLevel level in EvidenceLevel.All.Where(level => level.Name is "alloc" or "standard"))
        {
            double measured = Validator.Validate(events, PolicySelection.Parse("linux"), level).Agreement;
            using EventTable seen = level.Reduce(events);
            CellResult own = ReplayEngine.Run(seen, Replays.Plan("linux"))[0];
            TraceFacts facts = seen.Facts with { EventsByKind = seen.Facts.EventsByKind.RemoveRange(level.Hidden.Select(EventKinds.Name)) };
            ExpectedAgreement expected = ExpectedAgreement.Of(facts, own)!;
            Assert.InRange(measured, expected.Low, expected.High);
            Assert.True(expected.Low > 0.75);
        }
    }

    [Fact]
    public void Only_the_kernels_own_policy_has_a_promise()
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"));
        ImmutableArray<CellResult> rows = ReplayEngine.Run(events, Replays.Plan("linux", "linux-5.18:capacity=4", "rcu-cache"));
        Assert.NotNull(rows[0].Expected);
        Assert.All(rows.Skip(1), row => Assert.Null(row.Expected));
    }

    /// <summary>The first fork on each of two CPUs hits if the caches were full, and misses if they were empty.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(10, true)]
    public void Forks_that_the_unknown_start_decides_have_no_promise(int others, bool isPromised)
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        trace.Die(20_000, 0, trace.Fork(1_000, 0));
        trace.Die(20_000, 1, trace.Fork(2_000, 1));
        for (int fork = 0; fork < others; fork++)
            trace.Die(1_000_000 + (2_000 * fork) + 1_000, 0, trace.Fork(1_000_000 + (2_000 * fork), 0));
        using EventTable events = trace.ToTable();
        Assert.Equal(isPromised, ExpectedAgreement.Of(events.Facts, Replays.Of(events, "linux-4.9")) is not null);
    }

    [Theory]
    [InlineData("3.4.0", "x has no hits or misses to compare with: its kernel is older than 4.9 and caches no stacks")]
    [InlineData("5.4.0", "x does not show what its kernel did, hit or miss: its kernel is older than 6.2")]
    public void A_recording_without_the_kernels_answer_says_how_to_get_one_if_there_can_be_one(string kernel, string message) => Assert.StartsWith(
        message, new NoTruthException(new TraceFacts { Format = "perf.data", Trace = "x", Kernel = kernel }).Message, StringComparison.Ordinal);

    [Fact]
    public void Where_events_were_lost_nothing_is_promised()
    {
        SyntheticTrace trace = new() { Lost = 1 };
        trace.Die(2_000, 0, trace.Fork(1_000, 0));
        Assert.Null(Replays.Of(trace.ToTable(), "linux-5.18").Expected);
    }

    /// <summary>A task that is not seen gives its stack to the same cache, or takes one.</summary>
    [Fact]
    public void Where_tasks_are_missing_nothing_is_promised()
    {
        using EventTable all = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"));
        using EventTable some = new EventFilter { Comms = ["make"] }.Apply(all);
        Assert.True(some.Facts.LacksTasks);
        Assert.NotNull(Replays.Of(all, "linux").Expected);
        Assert.Null(Replays.Of(some, "linux").Expected);
    }
}

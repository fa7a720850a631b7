using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Lifecycle.Grading;
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
        Assert.Equal(level, ExpectedAgreement.Of(facts)?.Evidence);
    }

    [Fact]
    public void Every_level_of_stock_events_was_measured_and_more_evidence_is_worth_more()
    {
        double lowest = 0;
        foreach (string level in (string[])["switch", "free", "alloc", "standard"])
        {
            ImmutableArray<AgreementRange> ranges = RangesOf(level);
            Assert.Equal(["native", "emulated"], ranges.Select(range => range.Machine));
            Assert.All(ranges, range => Assert.InRange(range.Low, 0.5, range.High));
            Assert.True(ranges.Min(range => range.Low) >= lowest, $"{level} is worth less than the level before");
            lowest = ranges.Min(range => range.Low);
        }
    }

    [Fact]
    public void Every_result_carries_the_range_over_all_machines()
    {
        using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"));
        ExpectedAgreement expected = ExpectedAgreement.Of(events.Facts)!;
        foreach (CellResult result in ReplayEngine.Run(events, Replays.Plan("linux", "rcu-cache")))
        {
            Assert.Equal(expected.Ranges.Min(range => range.Low), result.ExpectedAgreementLow);
            Assert.Equal(expected.Ranges.Max(range => range.High), result.ExpectedAgreementHigh);
            Assert.True(result.ExpectedAgreementLow < result.ExpectedAgreementHigh);
        }
    }

    [Fact]
    public void Where_events_were_lost_there_is_no_lower_bound()
    {
        SyntheticTrace trace = new() { Lost = 1 };
        trace.Die(2_000, 0, trace.Fork(1_000, 0));
        CellResult result = Replays.Of(trace.ToTable(), "linux-5.18");
        Assert.Null(result.ExpectedAgreementLow);
        Assert.NotNull(result.ExpectedAgreementHigh);
    }

    private static ImmutableArray<AgreementRange> RangesOf(string level)
    {
        EventKind[] kinds = level switch
        {
            "switch" => [EventKind.NewTask, EventKind.DeathSwitch],
            "free" => [EventKind.NewTask, EventKind.DeathSwitch, EventKind.Free],
            "alloc" => [EventKind.NewTask, EventKind.DeathSwitch, EventKind.Free, EventKind.TaskAlloc],
            _ => [EventKind.NewTask, EventKind.DeathSwitch, EventKind.Free, EventKind.TaskAlloc, EventKind.RcuSoftirqEntry],
        };
        TraceFacts facts = new()
        {
            Format = "synthetic",
            EventsByKind = kinds.ToImmutableSortedDictionary(EventKinds.Name, _ => 1L, StringComparer.Ordinal),
        };
        return ExpectedAgreement.Of(facts)!.Ranges;
    }
}

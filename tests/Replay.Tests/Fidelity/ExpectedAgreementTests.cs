using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Replay.Fidelity;

namespace ForkTrace.Replay.Tests.Fidelity;

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

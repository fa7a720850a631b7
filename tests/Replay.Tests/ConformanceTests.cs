using ForkTrace.Events;
using ForkTrace.Replay.Conformance;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>The conformance suite on every policy in the catalogue, and on policies that must fail it.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Policies() => [.. Replays.AllPolicies];

    public static TheoryData<string, string> Checks()
    {
        TheoryData<string, string> checks = [];
        foreach (string policy in Replays.AllPolicies)
        {
            foreach (ConformanceCheck check in ConformanceSuite.All)
                checks.Add(policy, check.Name);
        }

        return checks;
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public void Every_policy_of_the_catalogue_passes(string policy, string check) =>
        ConformanceSuite.All.Single(known => known.Name == check).Require(PolicyCatalog.ByName(policy));

    [Theory]
    [InlineData("broken-leak", "conservation")]
    [InlineData("broken-keep", "release")]
    [InlineData("broken-invent", "conservation")]
    [InlineData("broken-throw", "unmatched")]
    [InlineData("broken-allocate", "no-allocation")]
    [InlineData("broken-static", "determinism")]
    [InlineData("broken-claim", "one-pass")]
    [InlineData("broken-remember", "lost-events")]
    [InlineData("broken-share", "bookkeeping")]
    [InlineData("broken-drop-elsewhere", "bookkeeping")]
    [InlineData("broken-steal", "span")]
    [InlineData("broken-range", "descriptor")]
    public void A_broken_policy_fails_the_check_for_it(string policy, string check)
    {
        PolicyEntry broken = BrokenPolicies.All.Single(entry => entry.Descriptor.Name == policy);
        ConformanceOutcome outcome = ConformanceSuite.Run(broken).Single(outcome => outcome.Check.Name == check);
        Assert.NotNull(outcome.Failure);
        Assert.NotEmpty(outcome.Failure);
    }

    [Fact]
    public void Stacks_that_a_policy_moves_without_saying_so_are_not_called_stranded()
    {
        PolicyEntry sharing = BrokenPolicies.All.Single(entry => entry.Descriptor.Name == "broken-share");
        ReplayPlan plan = Replays.Plan() with { Policies = [PolicySelection.Parse("broken-share", [sharing])] };
        CellResult row = ReplayEngine.Run(SyntheticTrace.Random(3, 2000, 4), plan)[0];
        Assert.InRange(row.Hits, 1, row.Allocations);
        Assert.Null(row.Memory.Stranded);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Without_room_nothing_hits_and_more_room_never_hurts(string policy)
    {
        var parameters = PolicyCatalog.ByName(policy).Descriptor.Parameters;
        if (!parameters.Any(parameter => parameter.Name == "capacity") || parameters.Any(parameter => parameter.Name == "depot"))
            return;
        EventTable events = SyntheticTrace.Random(31, 3000, 3);
        var curve = ReplayEngine.Run(events, Replays.Plan($"{policy}:capacity=0..12"));
        Assert.Equal(0, curve[0].Hits);
        for (int capacity = 1; capacity < curve.Length; capacity++)
            Assert.True(curve[capacity].Hits >= curve[capacity - 1].Hits, $"{policy} at {capacity}");
    }
}

using ForkTrace.Events;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Policies;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>The growth of stacks that begin with one page: published, recorded, or given by the user.</summary>
public sealed class StackGrowthTests
{
    private static readonly TraceFacts s_facts = SyntheticTrace.Random(1, 5, 1).Facts;

    [Theory]
    [InlineData("kstack_1k=3 kstack_2k=188 kstack_4k=11391 kstack_8k=243", 21)]
    [InlineData("kstack_4k=4593 kstack_8k=39", 8)]
    [InlineData("kstack_4k=600 kstack_8k=300 kstack_16k=100", 600)]
    [InlineData("kstack_4k=1 kstack_rest=1 pgfault=7", 15500)]
    [InlineData("pgfault=7", 0)]
    public void Counters_tell_pages_per_thousand_stacks(string counters, long pages) => Assert.Equal(
        pages,
        StackGrowth.Of(counters.Split(' ').Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create(pair[0], long.Parse(pair[1])))).PagesPerThousand);

    [Theory]
    [InlineData("dynamic-4k", "dynamic-4k:capacity=2,grown=21,recorded=0")]
    [InlineData("dynamic-4k:grown=300", "dynamic-4k:capacity=2,grown=300,recorded=0")]
    [InlineData("dynamic-4k:capacity=8,recorded=0", "dynamic-4k:capacity=8,grown=21,recorded=0")]
    public void A_row_says_whose_growth_it_is(string text, string row)
    {
        Assert.Equal(row, PolicySelection.Parse(text).ResolveFor(s_facts, out string? reason).ToString());
        Assert.Null(reason);
    }

    [Fact]
    public void What_the_recording_does_not_have_is_rejected()
    {
        PolicySelection.Parse("dynamic-4k:recorded=1").ResolveFor(s_facts, out string? reason);
        Assert.Contains("CONFIG_DEBUG_STACK_USAGE", reason, StringComparison.Ordinal);
    }
}

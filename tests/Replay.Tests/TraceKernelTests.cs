using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Replay.Conformance;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Policies;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>The policy named <c>linux</c>: the recorded kernel's own.</summary>
public sealed class TraceKernelTests
{
    [Theory]
    [InlineData("6.18.5-arch1-1", "aarch64", "linux-5.18")]
    [InlineData("5.10.0-32-rt-amd64", "x86_64", "linux-rt-5.10")]
    public void The_trace_names_the_policy_and_the_row_says_why(string kernel, string machine, string policy)
    {
        EventColumns events = Of(kernel, machine);
        CellResult row = ReplayEngine.Run(events, Replays.Plan("linux"))[0];
        Assert.Equal((policy, "linux", KernelTable.Of(events.Facts).Reason), (row.Policy, row.AskedFor, row.Reason));
        Assert.Null(row.Unmet);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    public void Without_a_release_the_row_says_why(string kernel)
    {
        CellResult row = ReplayEngine.Run(Of(kernel, "x86_64"), Replays.Plan("linux"))[0];
        Assert.Equal("linux", row.Policy);
        Assert.Contains("kernel release", row.Unmet, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_row_is_the_policy_s_own_and_comes_once()
    {
        EventTable events = Of("6.18.0", "x86_64");
        ImmutableArray<CellResult> rows = ReplayEngine.Run(events, Replays.Plan("linux-5.18", "linux", "linux:capacity=4"));
        Assert.Equal(2, rows.Length);
        Assert.Equal(4, rows[1].Parameters["capacity"]);
        Rows.RequireEqual(Replays.Of(events, "linux-5.18"), rows[0]);
    }

    [Theory]
    [InlineData("rcu-deferred", "rcu-cache", "vmap-nocache-rcu")]
    [InlineData("early-free", "linux-4.9", "vmap-nocache-early")]
    public void The_words_of_2016_stand_for_policies_and_without_room_for_no_cache(string words, string policy, string withoutCache)
    {
        EventTable events = SyntheticTrace.Random(2, 800, 3);
        ImmutableArray<CellResult> rows = ReplayEngine.Run(events, Replays.Plan($"{words}:capacity=0..3", $"{policy}:capacity=2"));
        Assert.Equal([0L, 1, 2, 3], rows.Select(row => row.Parameters["capacity"]));
        Assert.All(rows, row => Assert.Equal((policy, words), (row.Policy, row.AskedFor)));
        Assert.Null(RowDifference.Between(Replays.Of(events, $"{policy}:capacity=2"), rows[2] with { AskedFor = policy }));
        Assert.Equal(Replays.Of(events, withoutCache).Memory, rows[0].Memory);
        Assert.Equal(0, rows[0].Hits);
        Assert.Equal(Replays.Of(events, withoutCache).Latency.Buckets(), rows[0].Latency.Buckets());
    }

    [Fact]
    public void The_catalogue_lists_it_in_order()
    {
        string[] names = [.. PolicyCatalog.All.Select(policy => policy.Descriptor.Name)];
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Contains("linux", names);
        Assert.All(PolicyCatalog.Defaults, name => Assert.Contains(name, names));
    }

    private static EventColumns Of(string kernel, string machine)
    {
        EventColumns events = (EventColumns)SyntheticTrace.Random(1, 50, 2);
        events.Complete(events.Facts with { Kernel = kernel, Machine = machine }, events.CommNames);
        return events;
    }
}

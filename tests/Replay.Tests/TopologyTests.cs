using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Policies;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Memory nodes and last-level caches: where they come from, and their effect.</summary>
public sealed class TopologyTests
{
    private const string Lscpu =
        """
        # The following is the parsable format, which can be fed to other
        # programs. Each different item in every column has an unique ID
        # starting usually from zero.
        # CPU,Core,Socket,Node,,L1d,L1i,L2,L3
        0,0,0,0,,0,0,0,0
        1,1,0,0,,1,1,1,0
        2,2,1,1,,2,2,2,1
        3,3,1,1,,3,3,3,1
        """;

    [Theory]
    [InlineData("0-1:0,2-3:1", "node0=0-1;node1=2-3")]
    [InlineData("0-1:0:0, 2:0:1, 3:1:1", "node0=0-2;node1=3;llc0=0-1;llc1=2-3")]
    [InlineData("node0=0,2;node1=1,3", "node0=0,2;node1=1,3")]
    [InlineData("llc0=0-3;node0=0-3;", "node0=0-3;llc0=0-3")]
    [InlineData("llc0=0-1;llc5=2-3", "node0=0-3;llc0=0-1;llc5=2-3")]
    [InlineData("node0=0-1\nnode1=2-3\n", "node0=0-1;node1=2-3")]
    [InlineData(Lscpu, "node0=0-1;node1=2-3;llc0=0-1;llc1=2-3")]
    [InlineData("# CPU,Node\n0,\n1,\n", "node0=0-1")]
    public void All_spellings_are_read(string text, string canonical)
    {
        Assert.Equal(canonical, MachineTopology.Parse(text).ToString());
        Assert.Equal(canonical, MachineTopology.Parse(canonical).ToString());
    }

    [Theory]
    [InlineData("", "at least one CPU")]
    [InlineData("0-3", "is not CPUS:NODE")]
    [InlineData("0-3:x", "is not a number")]
    [InlineData("0-3:0,3:1", "names CPU 3 twice")]
    [InlineData("0:0,2:1", "gives no node for CPU 1")]
    [InlineData("node0=0-3;llc0=0-1", "gives no cache for CPU 2")]
    [InlineData("socket0=0-3", "is neither nodeN=CPUS nor llcN=CPUS")]
    [InlineData("node=0-3", "is not a number")]
    [InlineData("0-99999:0", "is not a CPU")]
    [InlineData("0:0:0:0", "is not CPUS:NODE")]
    [InlineData("# CPU,Node\n0\n", "has 1 columns")]
    public void Mistakes_are_reported(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => MachineTopology.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_stack_of_another_node_is_not_cached_since_6_19()
    {
        EventTable events = ForkOn0DieAndForkOn2();
        Assert.Equal(1, Run(events, "linux-6.19", "0-3:0").Hits);
        CellResult apart = Run(events, "linux-6.19", Lscpu);
        Assert.Equal((0, 1), (apart.Hits, apart.Causes.Node));
        Assert.Equal("node0=0-1;node1=2-3;llc0=0-1;llc1=2-3", apart.Conditions.Lifecycle.Topology?.ToString());
        Assert.Equal(1, Run(events, "linux-5.18", Lscpu).Hits);
    }

    [Theory]
    [InlineData("llc-shared", 0)]
    [InlineData("node-shared", 1)]
    [InlineData("magazine:capacity=0,depot=4", 1)]
    [InlineData("magazine:capacity=0,depot=4,scope=1", 0)]
    [InlineData("global-pool", 1)]
    [InlineData("linux-5.18", 0)]
    public void A_group_s_pool_serves_its_cpus_only(string policy, long hits)
    {
        // A death on CPU 1, a fork on CPU 2: the same node, but two last-level caches.
        SyntheticTrace trace = new() { Cpus = 4 };
        trace.Die(200, 1, trace.Fork(100, 1));
        trace.Fork(300, 2);
        EventTable events = trace.ToTable();
        Assert.Equal(hits, Run(events, policy, "0-1:0:0,2-3:0:1").Hits);
    }

    [Fact]
    public void The_recording_s_own_topology_is_used_unless_another_is_given()
    {
        EventTable events = ForkOn0DieAndForkOn2();
        EventTable told = Told(events, [0, 0, 1, 1], [0, 0, 1, 1]);
        CellResult row = ReplayEngine.Run(told, Replays.Plan("linux-6.19"))[0];
        Assert.Equal((1, "node0=0-1;node1=2-3;llc0=0-1;llc1=2-3"), (row.Causes.Node, row.Conditions.Lifecycle.Topology?.ToString()));
        Assert.Equal(1, Run(told, "linux-6.19", "0-3:0").Hits);
        Assert.Equal("", ReplayEngine.Run(events, Replays.Plan("linux-6.19"))[0].Conditions.Lifecycle.Topology?.ToString());
    }

    private static CellResult Run(EventTable events, string policy, string topology)
    {
        MachineTopology machine = MachineTopology.Parse(topology);
        return ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { Lifecycle = new() { Topology = machine } }))[0];
    }

    private static EventTable ForkOn0DieAndForkOn2()
    {
        SyntheticTrace trace = new() { Cpus = 4 };
        trace.Die(200, 2, trace.Fork(100, 0));
        trace.Fork(300, 2);
        return trace.ToTable();
    }

    private static EventColumns Told(EventTable events, ImmutableArray<int> nodes, ImmutableArray<int> caches)
    {
        EventColumns columns = new(events.Count);
        for (int row = 0; row < events.Count; row++)
        {
            columns.Add(
                events.TimesNs[row], events.Cpus[row], events.Kinds[row], events.Tasks[row], events.Others[row], events.Tids[row], 0, events.Values[row]);
        }

        columns.Complete(events.Facts with { CpuNodes = nodes, CpuCaches = caches }, CommTable.Empty);
        return columns;
    }
}

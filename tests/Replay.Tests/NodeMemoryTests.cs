using ForkTrace.Events;
using ForkTrace.Lifecycle.Conditions;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Memory nodes in linux-6.19: interleaved stacks, nodes without memory, kernel threads of a node.</summary>
public sealed class NodeMemoryTests
{
    private const string TwoNodes = "node0=0-1;node1=2-3";

    [Theory]
    [InlineData("linux-6.19", TwoNodes, NodeMemory.Local, 1)]
    [InlineData("linux-6.19", TwoNodes, NodeMemory.Interleave, 0)]
    [InlineData("linux-6.19", "node0=0-3", NodeMemory.Interleave, 1)]
    [InlineData("linux-6.19", TwoNodes + ";memoryless=1", NodeMemory.Interleave, 1)]
    [InlineData("linux-5.18", TwoNodes, NodeMemory.Interleave, 1)]
    public void A_stack_that_spans_nodes_is_not_cached(string policy, string topology, NodeMemory memory, long hits) =>
        Assert.Equal(hits, Run(ForkDieFork(0, 0), policy, topology, memory).Hits);

    // Forked on node 0 and dead on node 1; and the reverse, where the stack of a node without memory is on the other node.
    [Theory]
    [InlineData(0, 2, "", 0)]
    [InlineData(0, 2, ";memoryless=1", 1)]
    [InlineData(2, 0, "", 0)]
    [InlineData(2, 0, ";memoryless=1", 1)]
    public void A_node_without_memory_caches_stacks_of_any(int forkCpu, int deathCpu, string memoryless, long hits)
    {
        CellResult row = Run(ForkDieFork(forkCpu, deathCpu), "linux-6.19", TwoNodes + memoryless, NodeMemory.Local);
        Assert.Equal((hits, 1 - hits), (row.Hits, row.Causes.Node));
    }

    // kthreadd on CPU 0 of node 0, where a local stack is cached, forks a worker.
    [Theory]
    [InlineData("kworker/3:1", 0, 1)]
    [InlineData("kworker/1:0H", 1, 0)]
    [InlineData("ksoftirqd/2", 0, 1)]
    [InlineData("kworker/u8:3", 1, 0)]
    [InlineData("jbd2/sda1-8", 1, 0)]
    [InlineData("kworker/9:0", 1, 0)]
    public void A_kernel_thread_made_for_a_cpu_wants_a_stack_of_its_node(string comm, long hits, long ofNode)
    {
        CommTable comms = new(["", "kthreadd", comm]);
        EventColumns columns = new(8);
        columns.Add(100, 0, EventKind.NewTask, 0, -1, 100, 0, 0);
        columns.Add(200, 0, EventKind.DeathSwitch, 0, -1, 100, 0, 16);
        columns.Add(300, 0, EventKind.NewTask, 1, -1, 101, 1, 0);
        columns.Add(400, 3, EventKind.Exit, 1, -1, 101, 2, 0);
        columns.Add(401, 3, EventKind.DeathSwitch, 1, -1, 101, 2, 16);
        columns.Complete(SyntheticTrace.Random(1, 3, 4).Facts with { Cpus = 4, Tasks = 2, FirstNs = 100, LastNs = 401 }, comms);
        CellResult row = Run(columns, "linux-6.19", TwoNodes, NodeMemory.Local);
        Assert.Equal((hits, ofNode), (row.Hits, row.Causes.Node));
        Assert.Equal(1, Run(columns, "linux-5.18", TwoNodes, NodeMemory.Local).Hits);
    }

    [Theory]
    [InlineData(TwoNodes + ";memoryless=1", TwoNodes + ";memoryless=1")]
    [InlineData("memoryless=0,1;node0=0;node1=1;node2=2", "node0=0;node1=1;node2=2;memoryless=0-1")]
    public void Nodes_without_memory_are_part_of_the_topology(string text, string canonical)
    {
        Assert.Equal(canonical, MachineTopology.Parse(text).ToString());
        Assert.NotEqual(MachineTopology.Parse(TwoNodes), MachineTopology.Parse(TwoNodes + ";memoryless=1"));
    }

    [Theory]
    [InlineData(TwoNodes + ";memoryless=7", "no CPU is on that node")]
    [InlineData("node0=0-3;memoryless=0", "one must have memory")]
    [InlineData(TwoNodes + ";memoryless=x", "is not a CPU")]
    public void Mistakes_are_reported(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => MachineTopology.Parse(text)).Message, StringComparison.Ordinal);

    private static EventTable ForkDieFork(int forkCpu, int deathCpu)
    {
        SyntheticTrace trace = new() { Cpus = 4 };
        trace.Die(200, deathCpu, trace.Fork(100, forkCpu));
        trace.Fork(300, deathCpu);
        return trace.ToTable();
    }

    private static CellResult Run(EventTable events, string policy, string topology, NodeMemory memory)
    {
        LifecycleConditions lifecycle = new() { Topology = MachineTopology.Parse(topology) };
        return ReplayEngine.Run(events, Replays.Plan(policy).Under(one => one with { Lifecycle = lifecycle, NodeMemory = memory }))[0];
    }
}

using ForkTrace.Events;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>Forks are counted by the cgroup of the parent at the time of the fork.</summary>
public sealed class CgroupTests
{
    private const long Thread = 0x10000;
    private const long IntoCgroup = 0x2_0000_0000;

    [Fact]
    public void A_child_begins_in_its_parents_cgroup()
    {
        SyntheticTrace trace = Trace();
        int parent = Task(trace, 100, cgroup: 1);
        int child = Fork(trace, 200, parent);
        Fork(trace, 300, child);
        Assert.Equal([("/a", 2L)], Uses(trace));
    }

    [Fact]
    public void A_move_counts_from_then_on()
    {
        SyntheticTrace trace = Trace();
        int parent = Task(trace, 100, cgroup: 1);
        int child = Fork(trace, 200, parent);
        Move(trace, 300, child, 2);
        Fork(trace, 400, child);
        Fork(trace, 401, child);
        Fork(trace, 402, parent);
        Assert.Equal([("/a", 2L), ("/b", 2L)], Uses(trace));
    }

    [Fact]
    public void The_move_of_a_processs_first_thread_moves_all()
    {
        SyntheticTrace trace = Trace();
        int first = Task(trace, 100, cgroup: 1);
        int thread = Fork(trace, 200, first, Thread);
        Move(trace, 300, first, 2);
        int second = Fork(trace, 400, thread, Thread);
        Fork(trace, 500, second);
        Assert.Equal([("/b", 2L), ("/a", 1L)], Uses(trace));
    }

    [Fact]
    public void A_thread_that_is_moved_alone_stays_where_it_is_put()
    {
        SyntheticTrace trace = Trace();
        int first = Task(trace, 100, cgroup: 1);
        int thread = Fork(trace, 200, first, Thread);
        Move(trace, 300, thread, 2);
        int ofThread = Fork(trace, 400, thread, Thread);
        Fork(trace, 500, ofThread);
        Fork(trace, 600, first);
        Assert.Equal([("/a", 2L), ("/b", 2L)], Uses(trace));
    }

    [Fact]
    public void A_child_made_in_another_cgroup_is_charged_to_its_parents_and_is_itself_nowhere_that_is_known()
    {
        SyntheticTrace trace = Trace();
        int parent = Task(trace, 100, cgroup: 1);
        int child = Fork(trace, 200, parent, IntoCgroup);
        Fork(trace, 300, child);
        Fork(trace, 301, child);
        Assert.Equal([("", 2L), ("/a", 1L)], Uses(trace));
    }

    [Fact]
    public void Without_task_newtask_a_fork_is_taken_for_one_of_a_process()
    {
        SyntheticTrace trace = Trace();
        int parent = Task(trace, 100, cgroup: 2);
        int child = trace.NewTaskId();
        trace.Add(200, 0, EventKind.Fork, child, parent, 0);
        Assert.Equal([("/b", 1L)], Uses(trace));
    }

    [Fact]
    public void Where_nothing_says_a_cgroup_there_is_no_breakdown()
    {
        SyntheticTrace trace = new();
        trace.Fork(100, 0, trace.Fork(50, 0));
        CellResult row = Row(trace);
        Assert.Empty(row.ByCgroup);
        Assert.NotEmpty(row.ByComm);
    }

    /// <summary>Compares random processes, threads and moves with a simple implementation. The sums are equal to the row, swept or
    /// not.</summary>
    [Fact]
    public void Counts_are_those_of_a_slow_walk()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            SyntheticTrace trace = new() { Cpus = 2, Cgroups = ["", "/", "/a", "/b"] };
            List<(int Task, Process Of)> alive = [(Task(trace, 1, 1), new Process { Cgroup = 1 }), (trace.NewTaskId(), new Process())];
            long[] expected = new long[4];
            for (int step = 0; step < 500; step++)
            {
                long timeNs = 1000 + (step * 100);
                (int task, Process process) = alive[random.Next(alive.Count)];
                switch (random.Next(6))
                {
                    case 0 when process.First == task:
                        process.Cgroup = random.Next(1, 4);
                        Move(trace, timeNs, task, process.Cgroup);
                        break;
                    case 1 when alive.Count > 5 && task != process.First:
                        alive.Remove((task, process));
                        trace.Die(timeNs, random.Next(2), task);
                        break;
                    case 2:
                        expected[process.Cgroup]++;
                        alive.Add((Fork(trace, timeNs, task, Thread), process));
                        break;
                    case 3:
                        expected[process.Cgroup]++;
                        int child = Fork(trace, timeNs, task);
                        alive.Add((child, new Process { First = child, Cgroup = process.Cgroup }));
                        break;
                }
            }

            EventTable events = trace.ToTable();
            ReplayPlan plan = Replays.Plan("linux-5.18", "linux-4.9:capacity=0..4", "global-pool:capacity=2") with { Breakdown = true };
            foreach (CellResult row in ReplayEngine.Run(events, plan))
            {
                Assert.Equal(expected, events.Facts.Cgroups.Select(path => row.ByCgroup.SingleOrDefault(use => use.Cgroup == path)?.Allocations ?? 0));
                Assert.Equal((row.Hits, row.Causes.Total), (row.ByCgroup.Sum(use => use.Hits), row.ByCgroup.Sum(use => use.Misses.Total)));
            }
        }
    }

    private static SyntheticTrace Trace() => new() { Cgroups = ["", "/a", "/b"] };

    // A task from before the recording.
    private static int Task(SyntheticTrace trace, long timeNs, int cgroup)
    {
        int task = trace.NewTaskId();
        Move(trace, timeNs, task, cgroup);
        return task;
    }

    private static int Fork(SyntheticTrace trace, long timeNs, int parent, long flags = 0)
    {
        int child = trace.NewTaskId();
        trace.Add(timeNs, 0, EventKind.NewTask, child, parent, flags);
        return child;
    }

    private static void Move(SyntheticTrace trace, long timeNs, int task, int cgroup) =>
        trace.Add(timeNs, 0, EventKind.Cgroup, task, -1, cgroup);

    private static (string Cgroup, long Forks)[] Uses(SyntheticTrace trace) =>
        Row(trace).ByCgroup.Select(use => (use.Cgroup, use.Allocations)).ToArray();

    // The second task dies at the end, because a trace without deaths has no answer.
    private static CellResult Row(SyntheticTrace trace)
    {
        trace.Die(10_000, 0, 1);
        return Assert.Single(ReplayEngine.Run(trace.ToTable(), Replays.Plan("linux-5.18") with { Breakdown = true }));
    }

    private sealed class Process
    {
        public int First { get; init; }

        public int Cgroup { get; set; }
    }
}

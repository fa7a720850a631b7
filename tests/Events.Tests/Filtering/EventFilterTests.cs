using ForkTrace.Events.Filtering;
using ForkTrace.TestKit;

namespace ForkTrace.Events.Tests.Filtering;

/// <summary>A filter keeps whole lives and reports what it removed. It is compared with a slow, simple twin.</summary>
public sealed class EventFilterTests
{
    [Fact]
    public void Nothing_asked_gives_the_table_itself()
    {
        using EventTable events = SyntheticTrace.Random(1, 20, 2);
        Assert.Same(events, new EventFilter().Apply(events));
    }

    [Fact]
    public void A_task_with_one_event_in_the_time_keeps_all()
    {
        SyntheticTrace trace = new();
        int early = trace.Fork(1000, 0), across = trace.Fork(2000, 0), inside = trace.Fork(5000, 0);
        trace.Die(1500, 0, early);
        trace.Die(6000, 0, inside);
        trace.Die(5500, 0, across);
        trace.Free(90_000, 0, across);
        EventFilter filter = new() { From = TimeBound.Parse("0.000005"), To = TimeBound.Parse("0.000006") };
        using EventTable kept = filter.Apply(trace.ToTable());
        Assert.Equal([2000, 5000, 5500, 6000, 90_000], kept.TimesNs);
        Assert.Equal([0, 1, 0, 1, 0], kept.Tasks);
        Assert.Equal((2, 2, 1), (kept.Facts.Tasks, kept.Facts.EventsCut, kept.Facts.TasksCut));
        Assert.Equal((2000, 90_000), (kept.Facts.FirstNs, kept.Facts.LastNs));
        Assert.Equal(2, kept.Facts.Forks);
    }

    [Fact]
    public void The_cgroup_of_a_parent_that_is_cut_stays_with_the_child()
    {
        SyntheticTrace trace = new() { Cgroups = ["", "/a", "/b"] };
        int parent = trace.NewTaskId(), other = trace.NewTaskId();
        trace.Fork(1000, 0, other);
        trace.Add(4000, 0, EventKind.Cgroup, other, -1, 2);
        trace.Fork(5000, 0, parent);
        trace.Add(5500, 0, EventKind.Cgroup, parent, -1, 1);
        trace.Add(5600, 0, EventKind.Cgroup, other, -1, 2);
        trace.Fork(6000, 0, parent);
        trace.Add(9000, 0, EventKind.Cgroup, parent, -1, 2);
        EventFilter filter = new() { From = TimeBound.Parse("0.000005"), To = TimeBound.Parse("0.000008") };
        using EventTable kept = filter.Apply(trace.ToTable());
        Assert.Equal([5000, 5500, 6000], kept.TimesNs);
        Assert.Equal(kept.Others[0], kept.Tasks[1]);
        Assert.Equal(["", "/a", "/b"], kept.Facts.Cgroups);
    }

    [Fact]
    public void An_offset_counts_from_the_first_event()
    {
        using EventTable events = Two(out _);
        using EventTable kept = new EventFilter { From = TimeBound.Parse("+0.000004") }.Apply(events);
        Assert.Equal([5000, 6000], kept.TimesNs);
    }

    [Fact]
    public void The_allocation_by_a_parent_that_is_cut_stays_with_the_child()
    {
        SyntheticTrace trace = new() { Cpus = 2 };
        int parent = trace.NewTaskId();
        trace.AllocateTask(1000, 0, parent);
        int other = trace.Fork(1100, 0, parent);
        trace.AllocateTask(2000, 0, parent);
        int child = trace.Fork(2100, 0, parent);
        trace.AllocateTask(3000, 0, parent);
        trace.Exit(4000, 0, parent);
        trace.Die(3000, 0, other);
        trace.Die(3500, 1, child);
        using EventTable kept = new EventFilter { Cpus = NumberRanges.Parse("1") }.Apply(trace.ToTable());
        Assert.Equal([EventKind.TaskAlloc, EventKind.NewTask, EventKind.DeathSwitch], kept.Kinds.ToArray());
        Assert.Equal([2000, 2100, 3500], kept.TimesNs);
        Assert.Equal([0, 1, 1], kept.Tasks);
        Assert.Equal(0, kept.Others[1]);
        Assert.Equal(2, kept.Facts.Tasks);
    }

    [Fact]
    public void A_thread_id_keeps_the_thread_and_what_it_forks()
    {
        SyntheticTrace trace = new();
        int shell = trace.Fork(1000, 0), child = trace.Fork(2000, 0, shell), grandchild = trace.Fork(3000, 0, child);
        trace.Die(4000, 0, grandchild);
        using EventTable kept = new EventFilter { Tids = NumberRanges.Parse("100") }.Apply(trace.ToTable());
        Assert.Equal([1000, 2000], kept.TimesNs);
    }

    [Fact]
    public void Truth_about_the_whole_kernel_goes_when_a_task_does()
    {
        SyntheticTrace trace = new();
        int one = trace.Fork(1000, 0);
        trace.Add(900, 0, EventKind.StackMap, one, -1, 77);
        trace.Add(950, 0, EventKind.RcuSoftirqEntry, -1, -1, 9);
        trace.Add(1500, 0, EventKind.RcuSoftirqEntry, -1, -1, 9);
        trace.Die(2000, 0, one);
        trace.Fork(3000, 0);
        using EventTable all = new EventFilter { From = TimeBound.Parse("0") }.Apply(trace.ToTable());
        Assert.Equal(1, all.Facts.CountOf(EventKind.StackMap));
        using EventTable part = new EventFilter { To = TimeBound.Parse("0.000002") }.Apply(trace.ToTable());
        Assert.Equal(0, part.Facts.CountOf(EventKind.StackMap));
        Assert.Equal([1000, 1500, 2000], part.TimesNs);
    }

    [Fact]
    public void What_was_cut_is_reported_and_makes_it_another_trace()
    {
        using EventTable events = Two(out EventFilter filter);
        using EventTable kept = filter.Apply(events);
        ImportIssue issue = Assert.Single(kept.Facts.Issues);
        Assert.Equal((IssueSeverity.Warning, "filtered"), (issue.Severity, issue.Code));
        Assert.Contains("Cut by --to 0.000002: 1 tasks with 2 events", issue.Message, StringComparison.Ordinal);
        Assert.Equal("--to 0.000002", kept.Facts.Filter);
        Assert.NotEqual(events.Facts.Digest, kept.Facts.Digest);
        Assert.Equal(RecordingDigest.Of($"{events.Facts.Digest}\n--to 0.000002\n"), kept.Facts.Digest);
        TraceFacts read = TraceFactsJson.Deserialize(TraceFactsJson.Serialize(kept.Facts));
        Assert.Equal((kept.Facts.Filter, kept.Facts.EventsCut, kept.Facts.TasksCut), (read.Filter, read.EventsCut, read.TasksCut));
    }

    [Fact]
    public void A_name_is_matched_whole_and_by_case()
    {
        EventColumns events = new(3);
        events.Add(1, 0, EventKind.Exit, 0, -1, 10, 1, 0);
        events.Add(2, 0, EventKind.Exit, 1, -1, 11, 2, 0);
        events.Add(3, 0, EventKind.Exit, 2, -1, 12, 3, 0);
        events.Complete(new TraceFacts { Format = "made", Tasks = 3, FirstNs = 1, LastNs = 3 }, new CommTable(["", "make", "cmake", "Make"]));
        Assert.Equal([10], Kept("make"));
        Assert.Equal([10, 11], Kept("*make"));
        Assert.Equal([10, 12], Kept("?ake"));
        Assert.Equal([11, 12], Kept("c*", "M*"));

        int[] Kept(params string[] globs)
        {
            using EventTable kept = new EventFilter { Comms = [.. globs] }.Apply(events);
            return kept.Tids.ToArray();
        }
    }

    /// <summary>The simple way: keep the tasks of passing rows, then the rows of the kept tasks.</summary>
    [Fact]
    public void Random_traces_are_cut_like_by_the_obvious_way()
    {
        Random random = new(7);
        for (int round = 0; round < 40; round++)
        {
            using EventTable events = SyntheticTrace.Random(round, 60, 4);
            long fromNs = events.TimesNs[random.Next(events.Count)], toNs = fromNs + random.Next(20_000_000);
            int cpu = random.Next(4);
            EventFilter filter = new() { From = new TimeBound(fromNs, false), To = new TimeBound(toNs, false), Cpus = NumberRanges.Parse($"{cpu}") };
            using EventTable kept = filter.Apply(events);
            int[] rows = [.. Enumerable.Range(0, events.Count)];
            HashSet<int> tasks =
                [.. rows.Where(row => events.TimesNs[row] >= fromNs && events.TimesNs[row] <= toNs && events.Cpus[row] == cpu).Select(row => events.Tasks[row])];
            int[] expected = [.. rows.Where(row => tasks.Contains(events.Tasks[row]))];
            Assert.Equal(expected.Select(row => events.TimesNs[row]), kept.TimesNs.ToArray());
            Assert.Equal(expected.Select(row => events.Tids[row]), kept.Tids.ToArray());
            Assert.Equal(tasks.Count, kept.Facts.Tasks);
            Assert.Equal(Enumerable.Range(0, tasks.Count), kept.Tasks.ToArray().Distinct().Order());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("99999999999999999999")]
    [InlineData("+-1")]
    public void What_is_no_time_is_rejected(string text) => Assert.Throws<FormatException>(() => TimeBound.Parse(text));

    [Theory]
    [InlineData("12.5", 12_500_000_000, false)]
    [InlineData("+0.000000001", 1, true)]
    [InlineData("9223372036.854775807", long.MaxValue, false)]
    public void Times_are_exact(string text, long ns, bool isOffset)
    {
        Assert.Equal(new TimeBound(ns, isOffset), TimeBound.Parse(text));
        Assert.Equal(text, TimeBound.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,")]
    [InlineData("3-1")]
    [InlineData("a")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData("99999999999")]
    public void What_is_no_list_is_rejected(string text) => Assert.Throws<FormatException>(() => NumberRanges.Parse(text));

    [Fact]
    public void A_list_holds_its_numbers()
    {
        NumberRanges ranges = NumberRanges.Parse("0-2,8");
        Assert.Equal([0, 1, 2, 8], Enumerable.Range(0, 20).Where(ranges.Contains));
        Assert.Equal("0-2,8", ranges.ToString());
    }

    private static EventTable Two(out EventFilter filter)
    {
        SyntheticTrace trace = new();
        trace.Die(2000, 0, trace.Fork(1000, 0));
        trace.Die(6000, 0, trace.Fork(5000, 0));
        filter = new EventFilter { To = TimeBound.Parse("0.000002") };
        return trace.ToTable();
    }
}

using System.Collections.Immutable;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>Recommendations for other machines.</summary>
public sealed class RecordingPlannerTests
{
    private static readonly string[] s_old =
    [
        "task:task_newtask", "sched:sched_process_fork", "sched:sched_process_exec", "sched:sched_process_exit", "sched:sched_process_free",
        "sched:sched_switch", "kmem:kmem_cache_alloc", "cpuhp:cpuhp_enter", "cgroup:cgroup_attach_task", "irq:softirq_entry",
        "irq:softirq_exit",
    ];

    private static RecordingMachine Modern { get; } = new()
    {
        Kernel = "6.18.5-arch1-1",
        Architecture = "x86_64",
        Cpus = 8,
        IsPrivileged = true,
        PerfEventParanoid = 2,
        HasPerf = true,
        HasTraceCmd = true,
        Tracefs = TracefsAccess.Writable,
        HasKprobes = true,
        StackCallbackAddress = 0xffffffff81352a20,
        Events = [.. s_old, "vmalloc:alloc_vmap_area"],
        TaskStructBytes = 5840,
    };

    public static TheoryData<string, string, bool, bool> Kernels => new()
    {
        // Kernel, death filter, whether allocations on a node have a separate event, whether vmalloc has events.
        { "4.9.0-19-amd64", "prev_state & 0x40", true, false },
        { "4.14.1", "prev_state & 0x30", true, false },
        { "5.4.0-150-generic", "prev_state & 0x30", true, false },
        { "6.1.0-53-amd64", "prev_state & 0x30", false, false },
        { "6.2.0", "prev_state & 0x30", false, true },
        { "6.12.117+deb12-amd64", "prev_state & 0x30", false, true },
        { "6.18.44", "prev_state & 0x30", false, true },
    };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Events_and_filters_are_those_of_the_kernel(string kernel, string deaths, bool hasNodeEvent, bool hasMappings)
    {
        RecordingMachine machine = Modern with { Kernel = kernel, Events = null };
        RecordingPlan plan = RecordingPlanner.Plan(machine, new RecordingRequest());
        Assert.Equal(deaths, Filter(plan, "sched:sched_switch"));
        Assert.Equal("bytes_req==5840", Filter(plan, "kmem:kmem_cache_alloc"));
        Assert.Equal(hasNodeEvent ? "bytes_req==5840" : null, Filter(plan, "kmem:kmem_cache_alloc_node"));
        Assert.Equal(hasMappings ? "align>=16384" : null, Filter(plan, "vmalloc:alloc_vmap_area"));
        Assert.Contains(plan.Notes, note => note.Contains("assuming those of the kernel's version", StringComparison.Ordinal));
        Assert.Equal(!hasMappings, plan.Notes.Any(note => note.Contains("level truth", StringComparison.Ordinal)));
        Assert.Empty(plan.Problems);
    }

    [Fact]
    public void Levels_grow()
    {
        string[][] names = [.. Enum.GetValues<RecordingLevel>().Select(level => Names(Modern, level))];
        Assert.Equal(
            ["task:task_newtask", "sched:sched_process_exec", "sched:sched_process_exit", "sched:sched_switch", "cpuhp:cpuhp_enter"],
            names[0]);
        Assert.Equal(10, names[1].Length);
        Assert.Equal(["irq:softirq_entry", "irq:softirq_exit", "gt:crcu", "gt:srcu"], names[2].Except(names[1]));
        Assert.Empty(names[0].Except(names[1]));
        Assert.Empty(names[1].Except(names[2]));
    }

    [Fact]
    public void What_inspect_asks_for_is_the_standard_level()
    {
        RecordedEvent[] standard = [.. RecordedEvents.Of(KernelRelease.Parse("6.1.0"), RecordingLevel.Standard)];
        Assert.Equal(
            "perf record -a -B -k mono -e task:task_newtask -e sched:sched_process_fork -e sched:sched_process_exec "
            + "-e sched:sched_process_exit -e sched:sched_process_free -e sched:sched_switch --filter 'prev_state & 0x30' "
            + "-e kmem:kmem_cache_alloc --filter \"bytes_req==$TS\" -e cpuhp:cpuhp_enter --filter 'target==0' "
            + "-e cgroup:cgroup_attach_task --filter 'dst_root==0' -- CMD",
            ShellText.Of(RecorderArguments.Perf(standard, 0, null, ["CMD"])));
    }

    [Fact]
    public void The_command_line_is_complete()
    {
        RecordingRequest request = new() { Level = RecordingLevel.Minimal, Output = "a b.dat", Command = ["sh", "-c", "echo '$x' | cat"] };
        RecordingPlan plan = RecordingPlanner.Plan(Modern, request);
        Assert.Equal(
            ["trace-cmd record -C mono -b 8192 -o 'a b.dat' -e task:task_newtask -e sched:sched_process_exec -e sched:sched_process_exit "
            + "-e sched:sched_switch -f 'prev_state & 0x30' -e cpuhp:cpuhp_enter -f 'target==0' -- sh -c 'echo '\\''$x'\\'' | cat'"],
            LinesAfterFacts(plan));
        Assert.Equal(["sh", "-c", "echo '$x' | cat"], plan.Arguments[^3..]);
    }

    [Theory]
    [InlineData(true, true, TracefsAccess.Writable, true, RecordingTool.TraceCmd)]
    [InlineData(true, true, TracefsAccess.Writable, false, RecordingTool.Perf)]
    [InlineData(true, true, TracefsAccess.ReadOnly, true, RecordingTool.Perf)]
    [InlineData(false, true, TracefsAccess.Writable, true, RecordingTool.Perf)]
    [InlineData(false, false, TracefsAccess.Writable, true, RecordingTool.Ftrace)]
    public void The_first_tool_that_works_is_taken(
        bool hasTraceCmd, bool hasPerf, TracefsAccess tracefs, bool maySwitch, RecordingTool expected)
    {
        RecordingPlan plan = RecordingPlanner.Plan(
            Modern with { HasTraceCmd = hasTraceCmd, HasPerf = hasPerf, Tracefs = tracefs, MaySwitchFtrace = maySwitch },
            new RecordingRequest());
        Assert.Equal(expected, plan.Tool);
        Assert.Empty(plan.Problems);
    }

    [Fact]
    public void Without_a_tool_it_says_what_to_install()
    {
        RecordingPlan plan = RecordingPlanner.Plan(
            Modern with { HasTraceCmd = false, HasPerf = false, IsPrivileged = false }, new RecordingRequest());
        Assert.Equal(RecordingTool.Perf, plan.Tool);
        Assert.Contains("perf is not installed: install it (Debian: linux-perf, Fedora: perf), or trace-cmd", plan.Problems);
        Assert.Contains(plan.Problems, problem => problem.Contains("perf_event_paranoid is 2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RecordingTool.TraceCmd, TracefsAccess.Absent, true, "mount -t tracefs nodev /sys/kernel/tracing")]
    [InlineData(RecordingTool.TraceCmd, TracefsAccess.ReadOnly, true, "/sys/kernel/tracing cannot be written")]
    [InlineData(RecordingTool.TraceCmd, TracefsAccess.Unreadable, false, "only root can")]
    [InlineData(RecordingTool.Perf, TracefsAccess.Unreadable, false, "/sys/kernel/tracing cannot be read: run it as root")]
    [InlineData(RecordingTool.Perf, TracefsAccess.Absent, true, "mount -t tracefs nodev /sys/kernel/tracing")]
    [InlineData(RecordingTool.Perf, TracefsAccess.ReadOnly, false, "kernel.perf_event_paranoid is 2")]
    public void Missing_rights_are_reported(RecordingTool tool, TracefsAccess tracefs, bool isPrivileged, string expected)
    {
        RecordingMachine machine = Modern with { Tracefs = tracefs, IsPrivileged = isPrivileged, Events = null };
        Assert.Contains(
            RecordingPlanner.Plan(machine, new RecordingRequest { Tool = tool }).Problems,
            problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(2, true)]
    public void Perf_needs_no_root_where_the_machine_allows_it(int paranoid, bool mayProfile)
    {
        RecordingMachine machine = Modern with
        {
            IsPrivileged = false,
            PerfEventParanoid = paranoid,
            MayProfile = mayProfile,
            Tracefs = TracefsAccess.ReadOnly,
            TaskStructBytes = 0,
        };
        RecordingPlan plan = RecordingPlanner.Plan(machine, new RecordingRequest());
        Assert.Equal(RecordingTool.Perf, plan.Tool);
        Assert.Empty(plan.Problems);
        Assert.DoesNotContain(plan.Events, recorded => recorded.Name == "kmem:kmem_cache_alloc");
        Assert.Contains(plan.Notes, note => note.Contains("object_size (root can)", StringComparison.Ordinal));
        Assert.Contains(mayProfile ? "-m 128" : "-m 1024", LinesAfterFacts(plan)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Events_that_the_kernel_lacks_are_left_out_and_named()
    {
        RecordingPlan plan = RecordingPlanner.Plan(Modern with { Events = [.. s_old] }, new RecordingRequest());
        Assert.DoesNotContain(plan.Events, recorded => recorded.Name == "vmalloc:alloc_vmap_area");
        string note = Assert.Single(plan.Notes);
        Assert.Equal("left out: vmalloc:alloc_vmap_area (the kernel's own misses: ground truth): this kernel has no such event", note);
    }

    [Fact]
    public void A_shell_and_tracefs_are_enough()
    {
        RecordingRequest request = new() { Tool = RecordingTool.Ftrace, Level = RecordingLevel.Minimal, Command = ["make"] };
        ImmutableArray<string> lines = LinesAfterFacts(RecordingPlanner.Plan(Modern, request));
        const string Instance = "/sys/kernel/tracing/instances/forktrace";
        Assert.Equal($"mkdir {Instance}", lines[0]);
        Assert.Equal(
            [
                $"echo 'prev_state & 0x30' > {Instance}/events/sched/sched_switch/filter",
                $"echo 1 > {Instance}/events/sched/sched_switch/enable",
                $"echo 'target==0' > {Instance}/events/cpuhp/cpuhp_enter/filter",
                $"echo 1 > {Instance}/events/cpuhp/cpuhp_enter/enable",
                "make",
            ],
            lines[^8..^3]);
        Assert.Equal([$"echo 0 > {Instance}/tracing_on", $"cat {Instance}/trace > trace.txt", $"rmdir {Instance}"], lines[^3..]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(512)]
    [InlineData(8192)]
    public void Buffers_stay_within_memory(int cpus)
    {
        RecordingRequest perf = new() { Tool = RecordingTool.Perf };
        ImmutableArray<string> arguments = RecordingPlanner.Plan(Modern with { Cpus = cpus }, perf).Arguments;
        int pages = int.Parse(arguments[arguments.IndexOf("-m") + 1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(int.IsPow2(pages));
        Assert.True((long)pages * 4096 * cpus <= Math.Max(512L << 20, 128L * 4096 * cpus), $"{pages} pages on {cpus} CPUs");
    }

    // The kernel's facts come first, in separate lines (KernelFactsScriptTests).
    private static ImmutableArray<string> LinesAfterFacts(RecordingPlan plan)
    {
        ImmutableArray<string> lines = plan.ShellLines;
        Assert.StartsWith("( ", lines[0], StringComparison.Ordinal);
        return lines[(lines.IndexOf(")") + 1)..];
    }

    [Theory]
    [InlineData(4096, 1024)]
    [InlineData(16384, 256)]
    [InlineData(65536, 64)]
    public void Buffers_are_as_large_whatever_the_page(int pageBytes, int pages)
    {
        RecordingRequest perf = new() { Tool = RecordingTool.Perf };
        ImmutableArray<string> arguments = RecordingPlanner.Plan(Modern with { PageBytes = pageBytes }, perf).Arguments;
        Assert.Equal($"{pages}", arguments[arguments.IndexOf("-m") + 1]);
    }

    private static string[] Names(RecordingMachine machine, RecordingLevel level) =>
        [.. RecordingPlanner.Plan(machine, new RecordingRequest { Level = level }).Events.Select(recorded => recorded.Name)];

    private static string? Filter(RecordingPlan plan, string name) => plan.Events.SingleOrDefault(recorded => recorded.Name == name)?.Filter;
}

using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Lifecycle.Tests;

/// <summary>The probes that are set and removed at level truth, on other machines.</summary>
public sealed class StackProbesTests
{
    private const string Kprobes = "/sys/kernel/tracing/kprobe_events";
    private const ulong Address = 0xffffffff81352a20;

    private static RecordingMachine Machine { get; } = new()
    {
        Kernel = "6.12.0-amd64",
        Architecture = "x86_64",
        Cpus = 2,
        IsPrivileged = true,
        PerfEventParanoid = 2,
        HasPerf = true,
        HasTraceCmd = true,
        Tracefs = TracefsAccess.Writable,
        HasKprobes = true,
        StackCallbackAddress = Address,
        TaskStructBytes = 9664,
    };

    [Theory]
    [InlineData(RecordingTool.TraceCmd)]
    [InlineData(RecordingTool.Perf)]
    [InlineData(RecordingTool.Ftrace)]
    public void Probes_on_callbacks_are_set_before_and_removed_after(RecordingTool tool)
    {
        RecordingPlan plan = Plan(Machine, tool);
        Assert.Equal(
            [
                $"echo 'p:gt/crcu call_rcu head=%di:x64 func=%si:x64' >> {Kprobes}",
                $"echo 'p:gt/srcu thread_stack_free_rcu head=%di:x64' >> {Kprobes}",
            ],
            plan.Before[1..3]);
        Assert.Equal([$"echo '-:gt/crcu' >> {Kprobes}", $"echo '-:gt/srcu' >> {Kprobes}"], plan.After[^2..]);
        Assert.Equal(("func==0xffffffff81352a20", null), (Event(plan, "gt:crcu").Filter, Event(plan, "gt:srcu").Filter));
        Assert.DoesNotContain(plan.Notes, note => note.Contains("thread_stack_free_rcu", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RecordingLevel.Minimal)]
    [InlineData(RecordingLevel.Standard)]
    public void Lower_levels_set_none(RecordingLevel level)
    {
        RecordingPlan plan = RecordingPlanner.Plan(Machine, new RecordingRequest { Level = level });
        Assert.DoesNotContain(plan.ShellLines, line => line.Contains("kprobe", StringComparison.Ordinal));
    }

    public static TheoryData<string, RecordingMachine, string> Refusals => new()
    {
        { "read-only", Machine with { Tracefs = TracefsAccess.ReadOnly, HasKprobes = false }, "/sys/kernel/tracing cannot be written" },
        { "no kprobes", Machine with { HasKprobes = false }, "this user or kernel has no kprobes" },
        { "hidden", Machine with { StackCallbackAddress = 0 }, "/proc/kallsyms hides addresses (kernel.kptr_restrict)" },
        { "not there", Machine with { StackCallbackAddress = null }, "/proc/kallsyms has no thread_stack_free_rcu" },
        {
            "unknown architecture", Machine with { Architecture = "sparc64" },
            "the registers of function arguments are not known for sparc64"
        },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Where_it_may_not_it_says_so(string why, RecordingMachine machine, string reason)
    {
        RecordingPlan plan = Plan(machine, RecordingTool.Perf);
        Assert.DoesNotContain(plan.ShellLines, line => line.Contains("kprobe", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Events, recorded => recorded.Name.StartsWith("gt:", StringComparison.Ordinal));
        string note = plan.Notes.Single(note => note.Contains("thread_stack_free_rcu", StringComparison.Ordinal));
        Assert.True(note.StartsWith("left out: probes on thread_stack_free_rcu", StringComparison.Ordinal), why);
        Assert.EndsWith(reason, note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RecordingTool.TraceCmd, true)]
    [InlineData(RecordingTool.Ftrace, true)]
    [InlineData(RecordingTool.Perf, false)]
    public void The_kernels_own_events_are_taken_where_the_recording_can_name_their_function(RecordingTool tool, bool areTaken)
    {
        RecordingMachine machine = Machine with { Events = ["rcu:rcu_callback", "rcu:rcu_invoke_callback"] };
        RecordingPlan plan = Plan(machine, tool);
        string[] names = areTaken ? ["rcu:rcu_callback", "rcu:rcu_invoke_callback"] : ["gt:crcu", "gt:srcu"];
        Assert.Equal(names, plan.Events.Select(recorded => recorded.Name).Intersect(["rcu:rcu_callback", "rcu:rcu_invoke_callback", "gt:crcu", "gt:srcu"]));
        Assert.Equal("func==0xffffffff81352a20", Event(plan, names[0]).Filter);
        Assert.Equal(!areTaken, plan.ShellLines.Any(line => line.Contains("kprobe", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_kernel_that_queues_no_stacks_lacks_nothing()
    {
        RecordingPlan plan = Plan(Machine with { Kernel = "5.10.0-30-amd64", StackCallbackAddress = null }, RecordingTool.Perf);
        Assert.DoesNotContain(plan.Notes, note => note.Contains("thread_stack_free_rcu", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Events, recorded => recorded.Name is "gt:crcu" or "gt:srcu");
    }

    [Fact]
    public void Probes_of_the_users_own_are_used_and_stay()
    {
        RecordingPlan plan = Plan(Machine with { Events = ["gt:crcu", "gt:srcu"] }, RecordingTool.TraceCmd);
        Assert.Contains("gt:srcu", plan.Arguments);
        Assert.DoesNotContain(plan.ShellLines, line => line.Contains("kprobe", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("6.1.0-53-amd64", "x86_64", true, false, "size=%di:u64 align=%si:u64")]
    [InlineData("6.1.0-53-arm64", "aarch64", true, false, "size=%x0:u64 align=%x1:u64")]
    [InlineData("6.1.0-53-s390x", "s390x", true, true, "size=$arg1:u64 align=$arg2:u64")]
    [InlineData("6.1.0-53-s390x", "s390x", true, false, null)]
    [InlineData("6.1.0-53-amd64", "x86_64", false, false, null)]
    [InlineData("6.18.0", "x86_64", true, false, null)]
    public void A_probe_of_misses_stands_in_where_there_is_no_event(
        string kernel, string architecture, bool hasKprobes, bool hasArguments, string? fields)
    {
        RecordingMachine machine = Machine with
        {
            Kernel = kernel,
            Architecture = architecture,
            HasKprobes = hasKprobes,
            HasProbeArguments = hasArguments,
            StackCallbackAddress = null,
        };
        RecordingPlan plan = Plan(machine, RecordingTool.TraceCmd);
        Assert.Equal(fields is not null, plan.Events.Any(recorded => recorded.Name == "gt:vmalloc"));
        Assert.Equal(fields is null ? [] : [$"echo 'p:gt/vmalloc __vmalloc_node_range {fields}' >> {Kprobes}"], plan.Before[1..]);
        Assert.Equal(fields is null ? [] : [$"echo '-:gt/vmalloc' >> {Kprobes}"], plan.After);
    }

    private static RecordingPlan Plan(RecordingMachine machine, RecordingTool tool) =>
        RecordingPlanner.Plan(machine, new RecordingRequest { Level = RecordingLevel.Truth, Tool = tool });

    private static RecordedEvent Event(RecordingPlan plan, string name) => plan.Events.Single(recorded => recorded.Name == name);
}

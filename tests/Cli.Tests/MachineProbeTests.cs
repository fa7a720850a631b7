using System.Text;
using ForkTrace.Cli.Commands;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Tests;

/// <summary>Machines that are simulated with files.</summary>
public sealed class MachineProbeTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_is_read()
    {
        Put("proc/sys/kernel/osrelease", "5.10.0-30-amd64\n");
        Put("proc/sys/kernel/perf_event_paranoid", "-1\n");
        Put("proc/sys/kernel/ftrace_enabled", "1\n");
        Put("proc/stat", "cpu  1 2\ncpu0 1 2\ncpu1 1 2\ncpu11 1 2\nintr 5\n");
        Put("proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
        Put("sys/kernel/slab/task_struct/object_size", "9664\n");
        Put("sys/kernel/tracing/tracing_on", "1\n");
        Put("sys/kernel/tracing/kprobe_events", "");
        Put("sys/kernel/tracing/events/sched/sched_switch/enable", "0\n");
        Put("sys/kernel/tracing/events/kmem/kmem_cache_alloc_node/enable", "0\n");
        Put("sys/kernel/tracing/events/cpuhp/cpuhp_enter/enable", "0\n");
        Put("sys/kernel/tracing/events/cgroup/cgroup_attach_task/enable", "0\n");
        Put("sys/kernel/tracing/README", "\t  fetcharg: $stack<index>, $stack, $retval, $comm, $arg<N>,\n");
        Put("proc/kallsyms", "ffffffff81352a10 t __pfx_thread_stack_free_rcu\nffffffff81352a20 t thread_stack_free_rcu\n");
        Put("proc/vmstat", "nr_free_pages 5\nkstack_1k 3\n");
        Put("bin/perf", "");
        RecordingMachine machine = Probe("bin");
        Assert.Equal("5.10.0-30-amd64", machine.Kernel);
        Assert.Equal(3, machine.Cpus);
        Assert.Equal(-1, machine.PerfEventParanoid);
        Assert.Equal(9664, machine.TaskStructBytes);
        Assert.Equal(TracefsAccess.Writable, machine.Tracefs);
        Assert.Equal("/sys/kernel/tracing", machine.TracefsFolder);
        Assert.True(machine.IsPrivileged && machine.MayProfile && machine.MaySwitchFtrace && machine.HasKprobes && machine.HasPerf);
        Assert.True(machine.CountsStackUse && machine.HasProbeArguments);
        Assert.Equal(0xffffffff81352a20, machine.StackCallbackAddress);
        Assert.False(machine.HasTraceCmd);
        Assert.Equal(
            ["cgroup:cgroup_attach_task", "cpuhp:cpuhp_enter", "kmem:kmem_cache_alloc_node", "sched:sched_switch"],
            machine.Events!.Order(StringComparer.Ordinal));
        Assert.Equal("1\n", File.ReadAllText(_folder.Of("proc/sys/kernel/ftrace_enabled")));
    }

    [Fact]
    public void A_bare_machine_offers_nothing()
    {
        RecordingMachine machine = Probe("bin");
        Assert.Equal("", machine.Kernel);
        Assert.Equal(1, machine.Cpus);
        Assert.Null(machine.PerfEventParanoid);
        Assert.Null(machine.Events);
        Assert.Null(machine.StackCallbackAddress);
        Assert.Equal(0, machine.TaskStructBytes);
        Assert.Equal(TracefsAccess.Absent, machine.Tracefs);
        Assert.False(machine.IsPrivileged || machine.MayProfile || machine.HasKprobes || machine.HasPerf || machine.HasTraceCmd || machine.CountsStackUse);
    }

    [Theory]
    [InlineData("0000000000000000", false, false)]
    [InlineData("0000000000200000", true, false)]
    [InlineData("0000004000000000", false, true)]
    public void Rights_are_capabilities(string effective, bool isPrivileged, bool mayProfile)
    {
        Put("proc/self/status", $"CapEff:\t{effective}\n");
        RecordingMachine machine = Probe("bin");
        Assert.Equal((isPrivileged, mayProfile), (machine.IsPrivileged, machine.MayProfile));
    }

    [Fact]
    public void Tracefs_is_also_found_below_debugfs()
    {
        Directory.CreateDirectory(_folder.Of("sys/kernel/tracing"));
        Put("sys/kernel/debug/tracing/tracing_on", "1\n");
        Put("sys/kernel/debug/tracing/events/task/task_newtask/enable", "0\n");
        RecordingMachine machine = Probe("bin");
        Assert.Equal("/sys/kernel/debug/tracing", machine.TracefsFolder);
        Assert.Equal(TracefsAccess.Writable, machine.Tracefs);
    }

    [Fact]
    public void Tracefs_without_a_switch_is_read_only()
    {
        Put("sys/kernel/tracing/events/task/task_newtask/enable", "0\n");
        Assert.Equal(TracefsAccess.ReadOnly, Probe("bin").Tracefs);
    }

    private RecordingMachine Probe(string searchPath) => new MachineProbe(_folder.Path, $"/nowhere:{_folder.Of(searchPath)}").Probe();

    private void Put(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Of(path))!);
        _folder.Put(path, Encoding.UTF8.GetBytes(content));
    }
}

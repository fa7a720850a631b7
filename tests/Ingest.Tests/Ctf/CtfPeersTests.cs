using System.Diagnostics;
using ForkTrace.Events;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Ctf;

/// <summary>CTF from recorders and versions other than the newest LTTng: their names of events and fields, and their allocations.</summary>
public sealed class CtfPeersTests
{
    private const int PathBytes = 4096, TaskStructBytes = 9792;

    [Fact]
    public void Allocations_of_paths_are_not_failed_forks()
    {
        RecordedEvent[] opens =
            [.. Enumerable.Range(0, 200).Select(index => Allocation("kmem_cache_alloc", 1000 + index, 0, 7, PathBytes))];
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false), opens);
        using EventTable table = trace.Read();
        Assert.Equal((0, 0L, 0), (table.Count, table.Facts.CountOf(EventKind.TaskAlloc), table.Facts.TaskStructBytes));
        Assert.Equal((200L, 200L), (table.Facts.EventsTotal, table.Facts.EventsSkipped.Values.Sum()));
    }

    /// <summary>Shells search for programs between two forks, so there is at least one allocation for a path before a birth.</summary>
    [Fact]
    public void Allocations_of_paths_near_births_are_not_failed_forks_either()
    {
        List<RecordedEvent> events = CtfTests.Events();
        RecordedEvent[] opens =
        [
            .. events.Where(one => one.Name == "sched_process_fork").SelectMany(fork => Enumerable.Range(1, 3).Select(
                index => Allocation("kmem_cache_alloc", fork.TimeNs - index, fork.Cpu, fork.Int("parent_pid"), PathBytes))),
        ];
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false), [.. events.Concat(opens).OrderBy(one => one.TimeNs)]);
        using EventTable table = trace.Read();
        Assert.Equal(1208, table.Count);
        Assert.Equal(0, table.Facts.CountOf(EventKind.TaskAlloc));
        Assert.Equal(opens.Length, table.Facts.EventsSkipped["kmem:kmem_cache_alloc"]);
    }

    [Fact]
    public void Allocations_on_a_node_before_each_birth_are_task_structs()
    {
        List<RecordedEvent> events = CtfTests.Events();
        RecordedEvent[] forks = [.. events.Where(one => one.Name == "sched_process_fork")];
        IEnumerable<RecordedEvent> allocations = forks.SelectMany(fork => new[]
        {
            Allocation("kmem_cache_alloc", fork.TimeNs - 20, fork.Cpu, fork.Int("parent_pid"), PathBytes),
            Allocation("kmem_cache_alloc_node", fork.TimeNs - 10, fork.Cpu, fork.Int("parent_pid"), TaskStructBytes),
            Allocation("kmem_cache_alloc", fork.TimeNs - 5, fork.Cpu, fork.Int("parent_pid"), PathBytes),
        });
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false), [.. events.Concat(allocations).OrderBy(one => one.TimeNs)]);
        using EventTable table = trace.Read();
        Assert.Equal(forks.Length, table.Facts.CountOf(EventKind.TaskAlloc));
        Assert.Equal(TaskStructBytes, table.Facts.TaskStructBytes);
        Assert.Equal(table.Facts.EventsTotal, table.Facts.EventsByKind.Values.Sum() + table.Facts.EventsSkipped.Values.Sum());
    }

    [Fact]
    public void Older_names_of_execs_fields_are_read()
    {
        RecordedEvent exec = CtfTests.Events()[0] with
        {
            Name = "sched_process_exec",
            Fields = new Dictionary<string, string> { ["filename"] = "/bin/true", ["pid"] = "12", ["old_pid"] = "13" },
        };
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false) { HasPidsOfExec = true }, [exec]);
        using EventTable table = trace.Read();
        Assert.Equal((EventKind.Exec, 12, 13L), (table.Kinds[0], table.Tids[0], table.Values[0]));
        Assert.Empty(table.Facts.Issues);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Names_as_perf_converts_them_are_read(bool bigEndian)
    {
        using EventTable recording = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(bigEndian) { IsOfPerf = true, HasTidContext = false }, RecordedEvent.All());
        using EventTable table = trace.Read();
        Assert.Equal(Row.Of(recording), Row.Of(table));
        Assert.Equal("6.1.0-44-amd64", table.Facts.Kernel);
        Assert.Empty(table.Facts.Issues);
    }

    /// <summary>Uses perf's own conversion of the shipped recording, to check the encoder too.</summary>
    [Fact]
    public void What_perf_converts_is_read()
    {
        using EventTable recording = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using CtfTrace trace = new();
        string folder = Path.Combine(trace.Path, "ctf");
        if (!IsConverted(RepositoryFiles.SampleTrace(RecordedEvent.Recording), folder))
        {
            Assert.Skip("perf is not installed, or cannot convert to CTF");
            return;
        }

        using EventTable table = TraceReader.Read(folder);
        Assert.Equal(Row.Of(recording), Row.Of(table));
        Assert.Equal((recording.Facts.Kernel, recording.Facts.Machine, "perf"), (table.Facts.Kernel, table.Facts.Machine, table.Facts.Clock));
        Assert.Empty(table.Facts.Issues);
    }

    private static bool IsConverted(string recording, string folder)
    {
        ProcessStartInfo start = new("perf", ["data", "convert", "-i", recording, "--to-ctf", folder]) { RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 && File.Exists(Path.Combine(folder, "metadata"));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static RecordedEvent Allocation(string name, long timeNs, int cpu, int running, int bytes) => new(
        timeNs, cpu, running, "sh", name, new Dictionary<string, string> { ["bytes_req"] = $"{bytes}", ["bytes_alloc"] = $"{bytes}" });
}

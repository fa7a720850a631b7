using System.IO.Compression;
using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>
/// Compares every field with the output of trace-cmd 3.1.6: <c>trace-cmd report -R -t FILE | gzip</c> (for prefork.dat, the first 6001
/// lines).
/// </summary>
public sealed class ReportTests
{
    [Theory]
    [InlineData("formats/v6.dat.zst", "v6", 1505)]
    [InlineData("formats/v7_default.dat", "v7_default", 1509)]
    [InlineData("formats/v7_tsc2nsec_none.dat.zst", "v7_tsc2nsec_none", 1505)]
    [InlineData("vm-6.1/prefork.dat", "prefork_head", 6000)]
    public void Rows_are_those_of_the_report(string file, string expected, int lines)
    {
        using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace(file), new IngestOptions { KeepAll = true });
        int row = 0;
        foreach (ReportLine line in Lines(expected))
        {
            Assert.Equal((line.TimeNs, line.Cpu), (table.TimesNs[row], table.Cpus[row]));
            Assert.Equal((row, Expected(line)), (row, Found(table, row, line.Event)));
            row++;
        }

        Assert.Equal(lines, row);
    }

    private static IEnumerable<ReportLine> Lines(string name)
    {
        string path = Path.Combine(RepositoryFiles.Root, "tests/Ingest.Tests/TraceDat/expected", name + ".txt.gz");
        using StreamReader text = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        Assert.Equal("cpus=2", text.ReadLine());
        while (text.ReadLine() is { } line)
        {
            ReportLine? parsed = ReportLine.Parse(line);
            Assert.True(parsed is not null, line);
            yield return parsed;
        }
    }

    private static (EventKind Kind, int Tid, string Comm, long Value) Found(EventTable table, int row, string name) =>
        (table.Kinds[row], table.Tids[row], table.CommNames[table.Comms[row]], name == "function" ? 0 : table.Values[row]);

    private static (EventKind Kind, int Tid, string Comm, long Value) Expected(ReportLine line) => line.Event switch
    {
        "task_newtask" => (EventKind.NewTask, line.Decimal("pid"), line.Text("comm"), line.Hex("clone_flags")),
        "sched_process_fork" => (EventKind.Fork, line.Decimal("child_pid"), line.Text("child_comm"), 0),
        "sched_process_exit" => (EventKind.Exit, line.Decimal("pid"), line.Text("comm"), -1),
        "sched_process_free" => (EventKind.Free, line.Decimal("pid"), line.Text("comm"), 0),
        "sched_process_wait" => (EventKind.Wait, line.Pid, line.Text("comm"), 0),
        "sched_switch" => (EventKind.DeathSwitch, line.Decimal("prev_pid"), line.Text("prev_comm"), line.Decimal("prev_state")),
        "kmem_cache_alloc" => (EventKind.TaskAlloc, line.Pid, "", line.Decimal("bytes_req")),
        "softirq_entry" => (EventKind.RcuSoftirqEntry, line.Pid, "", line.Decimal("vec")),
        "softirq_exit" => (EventKind.RcuSoftirqExit, line.Pid, "", line.Decimal("vec")),
        "dup" => (EventKind.ProbeDup, line.Pid, "", line.Hex("dst")),
        "vmalloc" => (EventKind.ProbeVmalloc, line.Pid, "", line.Decimal("size")),
        "newt" => (EventKind.ProbeNewTask, line.Decimal("pid"), "", line.Hex("stack")),
        "put" => (EventKind.ProbePut, line.Decimal("pid"), "", line.Decimal("ref")),
        "crcu" => (EventKind.ProbeCallRcu, line.Pid, "", line.Hex("head")),
        "srcu" => (EventKind.ProbeStackRcu, line.Pid, "", line.Hex("head")),
        "vfree" => (EventKind.ProbeVfree, line.Pid, "", line.Hex("addr")),
        "dput" => (EventKind.ProbeDelayedPut, line.Pid, "", line.Hex("rhp")),
        "ftask" => (EventKind.ProbeFreeTask, line.Pid, "", line.Hex("task")),
        "function" => (FunctionKind(line.Text("ip")), line.Pid, "", 0),
        _ => throw new InvalidDataException(line.Event),
    };

    private static EventKind FunctionKind(string ip) => ip switch
    {
        "thread_stack_free_rcu" => EventKind.FunctionStackRcu,
        "vfree" => EventKind.FunctionVfree,
        "delayed_put_task_struct" => EventKind.FunctionDelayedPut,
        _ => EventKind.None,
    };
}

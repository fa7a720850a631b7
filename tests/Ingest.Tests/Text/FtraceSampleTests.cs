using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>
/// Each of the kernel's texts is from a separate run of one workload (3 shells and helpers, 150 processes, 150 threads). So each text is
/// compared with the expected events of that workload, and with the others.
/// </summary>
public sealed class FtraceSampleTests
{
    [Theory]
    [InlineData("ftrace_default", "ftrace text (irq-info)", "ns", "", 150)]
    [InlineData("ftrace_mono", "ftrace text (irq-info)", "ns", "", 150)]
    [InlineData("ftrace_pipe", "ftrace text (irq-info)", "ns", "", 150)]
    [InlineData("ftrace_tsc", "ftrace text (irq-info)", "ticks", "", 153)]
    [InlineData("ftrace_tgid", "ftrace text (irq-info, record-tgid)", "ns", "", 150)]
    [InlineData("ftrace_noirqinfo", "ftrace text (noirq-info)", "ns", "", 150)]
    [InlineData("ftrace_latency", "ftrace text (latency-format)", "ns", "6.1.0-53-amd64", 150)]
    public void Every_task_of_the_workload_is_there(string name, string format, string unit, string kernel, int dead)
    {
        using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace($"formats/{name}.txt.zst"));
        Assert.Equal(unit == "ticks" ? ["no_time_unit"] : [], table.Facts.Issues.Select(issue => issue.Code));
        Assert.Equal((format, unit, kernel, 2), (table.Facts.Format, table.Facts.ClockUnit, table.Facts.Kernel, table.Facts.Cpus));
        CheckLives(table, born: 303, died: 303, dead);
    }

    [Theory]
    [InlineData("v7_default.report", "ns")]
    [InlineData("v7_default.report_R", "ns")]
    [InlineData("v6.report", "ns")]
    [InlineData("v7_tsc.report", "ticks")]
    public void Report_gives_deaths_their_true_states(string name, string unit)
    {
        using EventTable table = TraceReader.Read(RepositoryFiles.SampleTrace($"formats/{name}.txt.zst"));
        Assert.Equal(unit == "ticks" ? ["no_time_unit"] : [], table.Facts.Issues.Select(issue => issue.Code));
        Assert.Equal(unit, table.Facts.ClockUnit);
        CheckLives(table, born: 302, died: 303, dead: 150);
    }

    // The 150 threads die in state X (0x10), the processes as zombies (0x20): include/linux/sched.h. In the run with the TSC, three
    // processes without a waiting parent did not become zombies.
    private static void CheckLives(EventTable table, int born, int died, int dead)
    {
        Row[] rows = Row.Of(table);
        Assert.Equal(born, table.Facts.CountOf(EventKind.NewTask));
        Assert.Equal(born, table.Facts.CountOf(EventKind.Fork));
        Assert.Equal(died, table.Facts.CountOf(EventKind.Exit));
        Assert.Equal(dead, rows.Count(row => row is { Kind: EventKind.DeathSwitch, Value: 0x10 }));
        Assert.Equal(died - dead, rows.Count(row => row is { Kind: EventKind.DeathSwitch, Value: 0x20 }));
        Assert.Equal(150, rows.Count(row => row.Kind == EventKind.NewTask && (row.Value & 0x10000) != 0));
        Assert.InRange(table.Facts.CountOf(EventKind.Free), 294, 303);
        foreach (IGrouping<int, Row> life in rows.Where(row => row.Kind == EventKind.NewTask).GroupBy(row => row.Task))
        {
            EventKind[] kinds = [.. rows.Where(row => row.Task == life.Key && row.Kind is not EventKind.TaskAlloc).Select(row => row.Kind)];
            Assert.Equal([EventKind.NewTask, EventKind.Fork, EventKind.Exit, EventKind.DeathSwitch], kinds[..4]);
        }
    }
}

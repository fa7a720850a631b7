using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>One recording gives the same events when it is read from its binary file and from the texts of the tools.</summary>
public sealed class TextMatrixTests
{
    [Theory]
    [InlineData("formats/v7_default.dat", "formats/v7_default.report_t.txt.zst", "trace-cmd report (-t)")]
    [InlineData("formats/perf_file.data", "formats/perf_file.script_ns.txt.zst", "perf script (--ns)")]
    [InlineData("formats/perf_file.data", "formats/perf_file.script_task_events.txt.zst", "perf script (--ns)")]
    [InlineData("formats/perf_g.data.zst", "formats/perf_g.script_ns.txt.zst", "perf script (--ns)")]
    [InlineData("formats/perf_pipe.data", "formats/perf_pipe.script.txt.zst", "perf script (--ns)")]
    [InlineData("native-6.18/make.perf.data.zst", "native-6.18/make.script_ns.txt.zst", "perf script (--ns)")]
    public void Nanosecond_text_gives_the_same_rows(string binary, string text, string format)
    {
        using EventTable expected = ReadSample(binary);
        using EventTable actual = ReadSample(text);
        Assert.Equal(format, actual.Facts.Format);
        Assert.Empty(actual.Facts.Issues);
        Assert.Equal(AsPerfKnew(Row.Of(expected), Row.Of(actual)), Row.Of(actual));
        Assert.Equal(expected.Facts.EventsByKind, actual.Facts.EventsByKind);
        Assert.Equal(expected.Facts.Tasks, actual.Facts.Tasks);
        Assert.Equal(expected.Facts.TaskStructBytes, actual.Facts.TaskStructBytes);
    }

    // trace-cmd rounds times to the nearest microsecond; perf rounds down.
    [Theory]
    [InlineData("formats/v7_default.dat", "formats/v7_default.report.txt.zst", 500)]
    [InlineData("formats/v7_default.dat", "formats/v7_default.report_R.txt.zst", 500)]
    [InlineData("formats/v7_default.dat", "formats/v7_default.report_N.txt.zst", 500)]
    [InlineData("formats/v7_default.dat", "formats/v7_default.report_l.txt.zst", 500)]
    [InlineData("formats/v6.dat.zst", "formats/v6.report.txt.zst", 500)]
    [InlineData("formats/perf_file.data", "formats/perf_file.script.txt.zst", 0)]
    [InlineData("formats/perf_file.data", "formats/perf_file.script_F.txt.zst", 0)]
    [InlineData("formats/perf_file.data", "formats/perf_file.script_period.txt.zst", 0)]
    public void Microsecond_text_gives_the_same_rows_to_its_precision(string binary, string text, int roundingNs)
    {
        using EventTable expected = ReadSample(binary);
        using EventTable actual = ReadSample(text);
        Assert.Empty(actual.Facts.Issues);
        Assert.Equal(InMicroseconds(Row.Of(expected), roundingNs), Row.Of(actual).Select(row => row.WithoutTasks()));
        Assert.Equal(expected.Facts.EventsByKind, actual.Facts.EventsByKind);
        Assert.Equal(expected.Facts.Tasks, actual.Facts.Tasks);
        Assert.Equal(expected.Facts.Cpus, actual.Facts.Cpus);
    }

    // With --ts-diff, trace-cmd prints only microseconds, even with -t.
    [Fact]
    public void Differences_of_time_are_skipped()
    {
        using EventTable expected = ReadSample("formats/v7_default.dat");
        using EventTable actual = ReadSample("formats/v7_default.report_ts_diff.txt.zst");
        Assert.Empty(actual.Facts.Issues);
        static IEnumerable<(int, EventKind, int)> Keys(EventTable table) => Row.Of(table).Select(row => (row.Cpu, row.Kind, row.Tid));
        Assert.Equal(Keys(expected), Keys(actual));
    }

    // The text is the beginning of the output of trace-cmd report -t, with the probes, function calls and softirqs of this recording.
    [Fact]
    public void Probes_and_functions_read_alike()
    {
        using EventTable whole = ReadSample("vm-6.1/prefork.dat");
        using EventTable actual = ReadSample("vm-6.1/prefork.report_t_head.txt.zst");
        Row[] rows = Row.Of(actual);
        Assert.Empty(actual.Facts.Issues);
        Assert.Equal(Row.Of(whole)[..rows.Length].Select(row => row.AsPrinted()), rows);
        Assert.Superset(
            new HashSet<EventKind>
            {
                EventKind.TaskAlloc, EventKind.RcuSoftirqEntry, EventKind.RcuSoftirqExit, EventKind.ProbeDup, EventKind.ProbeVmalloc,
                EventKind.ProbeNewTask, EventKind.ProbePut, EventKind.ProbeCallRcu, EventKind.ProbeStackRcu, EventKind.ProbeVfree,
                EventKind.ProbeDelayedPut, EventKind.ProbeFreeTask, EventKind.FunctionStackRcu, EventKind.FunctionDelayedPut,
            },
            rows.Select(row => row.Kind).ToHashSet());
    }

    [Fact]
    public void Without_a_cpu_column_a_text_is_rejected_with_the_command_that_prints_it()
    {
        IngestException rejection = Assert.Throws<IngestException>(() => ReadSample("formats/perf_file.script_no_cpu.txt.zst"));
        Assert.Equal("unsupported", rejection.Code);
        Assert.Contains("has no column with the CPU", rejection.Message, StringComparison.Ordinal);
        Assert.Contains("'perf script -F comm,tid,cpu,time,event,trace'", rejection.Message, StringComparison.Ordinal);
    }

    // Two texts in one; only one has the column.
    [Fact]
    public void Lines_without_a_cpu_among_others_are_left_out_as_loss()
    {
        using EventTable expected = ReadSample("formats/perf_file.script.txt.zst");
        byte[] without = TextFile.Sample("formats/perf_file.script_no_cpu.txt.zst");
        using EventTable actual = TextFile.Read([.. TextFile.Sample("formats/perf_file.script.txt.zst"), .. without]);
        ImportIssue issue = Assert.Single(actual.Facts.Issues);
        Assert.Equal(("unplaced_lines", IssueSeverity.DataLoss), (issue.Code, issue.Severity));
        Assert.Equal(without.Count(one => one == '\n'), issue.Count);
        Assert.Equal(Row.Of(expected), Row.Of(actual));
    }

    [Fact]
    public void Perf_script_header_tells_the_machine()
    {
        using EventTable binary = ReadSample("native-6.18/make.perf.data.zst");
        using EventTable text = ReadSample("native-6.18/make.script_ns.txt.zst");
        Assert.Equal(
            (binary.Facts.Kernel, binary.Facts.Machine, binary.Facts.Clock, binary.Facts.Cpus),
            (text.Facts.Kernel, text.Facts.Machine, text.Facts.Clock, text.Facts.Cpus));
        Assert.StartsWith("/usr/bin/perf record", text.Facts.Recorder, StringComparison.Ordinal);
    }

    private static EventTable ReadSample(string name) => TraceReader.Read(RepositoryFiles.SampleTrace(name));

    // perf prints -1 for a running thread that has already been reaped; the record has its tid. Only the interrupted thread depends on it.
    private static Row[] AsPerfKnew(Row[] expected, Row[] actual)
    {
        int unknown = 0;
        for (int row = 0; row < Math.Min(expected.Length, actual.Length); row++)
        {
            if (expected[row] is not { Kind: EventKind.Free, Other: >= 0 } || actual[row].Other >= 0)
                continue;
            expected[row] = expected[row] with { Other = -1 };
            unknown++;
        }

        Assert.InRange(unknown, 0, 2);
        return expected;
    }

    // The same rows with the times of a text: events in the same microsecond are in order of CPU, those of one CPU in their original order.
    private static IEnumerable<Row> InMicroseconds(Row[] rows, int roundingNs) => rows
        .Select(row => row.WithoutTasks() with { TimeNs = (row.TimeNs + roundingNs) / 1000 * 1000 })
        .OrderBy(row => row.TimeNs).ThenBy(row => row.Cpu);
}

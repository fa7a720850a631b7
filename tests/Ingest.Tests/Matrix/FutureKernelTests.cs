using ForkTrace.Events;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Matrix;

/// <summary>
/// One recording in layouts that no kernel has yet, in both containers with format texts: the events are the same, or an issue names the
/// event and the missing field.
/// </summary>
public sealed class FutureKernelTests
{
    private static readonly List<RecordedEvent> s_events = RecordedEvent.All();

    /// <summary>Name and container of each layout, including big-endian ones.</summary>
    public static TheoryData<string, bool> Layouts { get; } = new MatrixTheoryData<string, bool>(
        [
            "as today", "pids of 64 bits", "comms by __data_loc", "comms by __rel_loc", "comms of 32 bytes", "new common fields",
            "unsigned long state", "unsigned int state", "unsigned short state", "reversed", "all at once",
        ],
        [false, true]);

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Trace_dat_reads_alike(string layout, bool bigEndian) => CheckAlike(TraceDat(Kernel(layout, bigEndian), bigEndian));

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Perf_data_reads_alike(string layout, bool bigEndian) => CheckAlike(PerfData(Kernel(layout, bigEndian), bigEndian));

    [Theory]
    [InlineData("pid", "tid", "task:task_newtask has no field 'pid'")]
    [InlineData("child_pid", "child_tid", "sched:sched_process_fork has no field 'child_pid'")]
    [InlineData("prev_pid", "prev_tid", "sched:sched_switch has no field 'prev_pid'")]
    [InlineData("prev_state", "state", "sched:sched_switch has no field 'prev_state'")]
    public void A_renamed_field_is_named_by_both(string old, string renamed, string message)
    {
        FutureKernel kernel = new() { Renamed = (old, renamed) };
        foreach (byte[] recording in (byte[][])[TraceDat(kernel, false), PerfData(kernel, false)])
        {
            using EventTable table = TemporaryTrace.Read(recording);
            Assert.Contains(table.Facts.Issues, issue => issue is { Code: "missing_field", Severity: IssueSeverity.DataLoss }
                && issue.Message.Contains(message, StringComparison.Ordinal));
        }
    }

    /// <summary>Perfetto stores field names if it has no message type for the event, and if it describes the event.</summary>
    [Theory]
    [InlineData("pid", "tid", "task:task_newtask has no field 'pid'")]
    [InlineData("child_pid", "child_tid", "sched:sched_process_fork has no field 'child_pid'")]
    [InlineData("prev_state", "state", "sched:sched_switch has no field 'prev_state'")]
    public void A_renamed_field_is_named_by_perfetto(string old, string renamed, string message)
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        foreach (bool isGeneric in (bool[])[false, true])
        {
            PerfettoEncoder encoder = new() { IsGeneric = isGeneric, IsDescribed = !isGeneric, Renamed = (old, renamed) };
            using EventTable table = TemporaryTrace.Read(encoder.Encode(s_events));
            Assert.Contains(table.Facts.Issues, issue => issue is { Code: "missing_field", Severity: IssueSeverity.DataLoss }
                && issue.Message.StartsWith(message, StringComparison.Ordinal));
            Assert.All(table.Facts.Issues, issue => Assert.Equal("missing_field", issue.Code));
            Assert.Equal(expected.Count - table.Facts.Issues.Sum(issue => issue.Count), table.Count);
            Assert.Contains(message.Split(' ')[0], table.Facts.EventsSkipped.Keys);
        }
    }

    [Fact]
    public void Perfettos_numbers_of_fields_are_those_that_it_describes()
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using EventTable table = TemporaryTrace.Read(new PerfettoEncoder { IsDescribed = true, IsReversed = true }.Encode(s_events));
        Assert.Equal(Row.Of(expected), Row.Of(table));
    }

    /// <summary>If comms have another name, the rows are the same, without comms.</summary>
    [Fact]
    public void Without_comms_all_else_is_read()
    {
        FutureKernel kernel = new() { Renamed = ("comm", "name") };
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using EventTable table = TemporaryTrace.Read(TraceDat(kernel, false));
        static bool HasOther(Row row) => row.Kind is EventKind.Fork or EventKind.DeathSwitch;
        Row[] rows = [.. Row.Of(expected).Select(row => HasOther(row) ? row : row with { Comm = "" })];
        Assert.Equal(rows, Row.Of(table));
        Assert.Empty(table.Facts.Issues);
    }

    private static void CheckAlike(byte[] recording)
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using EventTable table = TemporaryTrace.Read(recording);
        Assert.Equal(Row.Of(expected), Row.Of(table));
        Assert.Equal(expected.Facts.EventsByKind, table.Facts.EventsByKind);
        Assert.Empty(table.Facts.Issues);
    }

    private static FutureKernel Kernel(string layout, bool bigEndian) => layout switch
    {
        "pids of 64 bits" => new(bigEndian) { PidBytes = 8 },
        "comms by __data_loc" => new(bigEndian) { Comms = "__data_loc" },
        "comms by __rel_loc" => new(bigEndian) { Comms = "__rel_loc" },
        "comms of 32 bytes" => new(bigEndian) { Comms = "array of 32" },
        "new common fields" => new(bigEndian) { HasNewCommonFields = true },
        "unsigned long state" => new(bigEndian) { StateType = "unsigned long" },
        "unsigned int state" => new(bigEndian) { StateType = "unsigned int" },
        "unsigned short state" => new(bigEndian) { StateType = "unsigned short" },
        "reversed" => new(bigEndian) { IsReversed = true },
        "all at once" => new(bigEndian)
        {
            PidBytes = 8,
            Comms = "__data_loc",
            HasNewCommonFields = true,
            StateType = "unsigned int",
            IsReversed = true,
        },
        _ => new(bigEndian),
    };

    private static byte[] TraceDat(FutureKernel kernel, bool bigEndian)
    {
        const int PageBytes = 1 << 16, RecordBytesMax = 400;
        (int Cpu, byte[] Pages)[] cpus =
        [
            .. s_events.GroupBy(one => one.Cpu).OrderBy(cpu => cpu.Key).Select(cpu => (cpu.Key, Pages([.. cpu]))),
        ];
        TraceDatWriter writer = new() { BigEndian = bigEndian, PageBytes = PageBytes, Formats = kernel.Formats };
        return writer.Buffer("", "local", cpus).Build();

        byte[] Pages(RecordedEvent[] events)
        {
            List<byte> pages = [];
            for (int at = 0; at < events.Length;)
            {
                PageWriter page = new(bigEndian, pageBytes: PageBytes);
                long timeNs = events[at].TimeNs;
                for (long before = timeNs; at < events.Length && page.UsedBytes < PageBytes - RecordBytesMax; before = events[at++].TimeNs)
                    page.TimeExtend((ulong)(events[at].TimeNs - before)).LongEvent(0, kernel.Record(events[at]));
                pages.AddRange(page.Build((ulong)timeNs));
            }

            return [.. pages];
        }
    }

    private static byte[] PerfData(FutureKernel kernel, bool bigEndian)
    {
        PerfFileWriter file = new(bigEndian);
        foreach (string name in s_events.Select(one => one.Name).Distinct())
        {
            ulong id = (ulong)FutureKernel.IdOf(name);
            file.Events.Add(new PerfEvent { Config = id, Ids = [id], Name = name });
        }

        file.Features[1] = Tracefs.Block(bigEndian, formats: kernel.Formats);
        foreach (RecordedEvent one in s_events)
            file.Sample((ulong)FutureKernel.IdOf(one.Name), (ulong)one.TimeNs, (uint)one.Cpu, kernel.Record(one));
        return file.ToFile();
    }
}

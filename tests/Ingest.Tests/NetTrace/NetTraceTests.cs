using ForkTrace.Events;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.EventPipe;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace ForkTrace.Ingest.Tests.NetTrace;

/// <summary>
/// A real recording's events, written as NetTrace, give the same table as the recording itself: TraceEvent and the perf.data reader test
/// each other.
/// </summary>
public class NetTraceTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Rows_are_those_of_the_recording(bool isCompressed, bool isDataLoc)
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        NetTraceWriter writer = new() { IsCompressed = isCompressed, IsDataLoc = isDataLoc };
        using EventTable table = TemporaryTrace.Read(writer.Write(RecordedEvent.All()));
        Assert.Equal(Row.Of(expected), Row.Of(table));
        Assert.Equal(1510, table.Count);
        Assert.Empty(table.Facts.Issues);
        Assert.Equal(2, table.Facts.Cpus);
        Assert.Equal(1_699_999_995_000_000_000, table.Facts.WallClockOffsetNs);
    }

    /// <summary>one-collect describes only the fields before the first array or pid.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Rows_of_one_collect_are_those_of_the_recording(bool isDataLoc, bool hasSampleValue)
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        NetTraceWriter writer = new() { IsOneCollect = true, IsDataLoc = isDataLoc, HasSampleValue = hasSampleValue };
        using EventTable table = TemporaryTrace.Read(writer.Write(RecordedEvent.All()));
        Assert.Equal(Row.Of(expected), Row.Of(table));
        Recordings.Issue(table, "assumed_fields");
        Assert.False(table.Facts.HasDataLoss);
    }

    [Fact]
    public void A_packed_trace_is_read_as_it_is()
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using MemoryStream packed = new();
        using (System.IO.Compression.GZipStream gzip = new(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(new NetTraceWriter().Write(RecordedEvent.All()));
        using EventTable table = TemporaryTrace.Read(packed.ToArray());
        Assert.Equal(Row.Of(expected), Row.Of(table));
    }

    [Fact]
    public void Without_tracepoints_processes_are_all_there_is_and_that_is_reported()
    {
        List<RecordedEvent> events = [.. RecordedEvent.All().Where(one => one.Name is "sched_process_fork" or "sched_process_exit")];
        using EventTable table = TemporaryTrace.Read(new NetTraceWriter { IsProcessesOnly = true }.Write(events));
        Assert.Equal(
            events.Select(one => (one.TimeNs, one.Name == "sched_process_fork" ? EventKind.Fork : EventKind.Exit)),
            Row.Of(table).Select(row => (row.TimeNs, row.Kind)));
        Assert.Equal(
            events.Where(one => one.Name == "sched_process_fork").Select(one => one.Text("child_comm")),
            Row.Of(table).Where(row => row.Kind == EventKind.Fork).Select(row => row.Comm));
        Recordings.Issue(table, "processes_only");
    }

    [Fact]
    public void A_step_in_the_sequence_numbers_is_a_loss()
    {
        List<RecordedEvent> events = RecordedEvent.All();
        using EventTable table = TemporaryTrace.Read(new NetTraceWriter { Dropped = index => index == 120 ? 9u : 0 }.Write(events));
        Assert.Equal([new LossInterval(-1, events[119].TimeNs, events[120].TimeNs, 9)], table.Facts.Losses);
        Assert.Equal(9, table.Facts.Lost);
    }

    /// <summary>TraceEvent sorts such events, and reports a loss before it returns the events around it.</summary>
    [Fact]
    public void Where_events_are_out_of_order_a_loss_may_be_anywhere()
    {
        List<RecordedEvent> events = RecordedEvent.All();
        NetTraceWriter writer = new() { IsSorted = false, Dropped = index => index is 120 or 300 ? 9u : 0 };
        using EventTable table = TemporaryTrace.Read(writer.Write(events));
        Assert.Equal([new LossInterval(-1, events[0].TimeNs, events[^1].TimeNs, 18)], table.Facts.Losses);
    }

    /// <summary>The library that defines the format reads what the encoder writes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TraceEvent_agrees_with_the_encoder(bool isCompressed)
    {
        List<RecordedEvent> events = RecordedEvent.All();
        using MemoryStream stream = new(new NetTraceWriter { IsCompressed = isCompressed }.Write(events));
        using EventPipeEventSource source = new(stream);
        List<(string Name, int Cpu, int Bytes)> read = [];
        source.Dynamic.All += one => read.Add((one.EventName, one.ProcessorNumber, one.EventDataLength));
        source.UnhandledEvents += one => read.Add((one.EventName, one.ProcessorNumber, one.EventDataLength));
        source.Process();
        Assert.Equal(0, source.EventsLost);
        Assert.Equal(events.Count, read.Count);
        for (int index = 0; index < read.Count; index++)
        {
            Assert.Contains(events[index].Name, read[index].Name, StringComparison.Ordinal);
            Assert.Equal(events[index].Cpu, read[index].Cpu);
        }
    }

    [Fact]
    public void TraceEvent_agrees_with_the_encoder_on_processes()
    {
        List<RecordedEvent> events = [.. RecordedEvent.All().Where(one => one.Name is "sched_process_fork" or "sched_process_exit")];
        using MemoryStream stream = new(new NetTraceWriter { IsProcessesOnly = true }.Write(events));
        using EventPipeEventSource source = new(stream);
        List<(int Pid, string Name)> read = [];
        UniversalSystemTraceEventParser parser = new(source);
        parser.ProcessCreate += one => read.Add((one.ProcessID, one.Name));
        parser.ProcessExit += one => read.Add((one.ProcessID, ""));
        source.Process();
        Assert.Equal(
            events.Select(one => one.Name == "sched_process_fork" ? (one.Int("child_pid"), one.Text("child_comm")) : (one.Int("pid"), "")),
            read);
    }

    [Theory]
    [InlineData("Nettrace\u0014\0\0\0!FastSerialization.1", "version 4 or 5")]
    [InlineData("Nettrace\0\0\0\0\u0007\0\0\0\0\0\0\0", "must be 6")]
    [InlineData("Nettrace", "the file ends within")]
    [InlineData("\u0014\0\0\0!FastSerialization.1 ... Microsoft.DotNet.Runtime.EventPipeFile", "version 3 or earlier")]
    [InlineData("\u0014\0\0\0!FastSerialization.1\u0005\u0005\u0001\u0003\0\0\0\0\0\0\0\u0005\0\0\0Trace", "version 3 or earlier")]
    public void Other_versions_are_rejected_with_the_reason(string head, string reason) =>
        Assert.Contains(reason, TemporaryTrace.Rejection(System.Text.Encoding.Latin1.GetBytes(head))?.Message, StringComparison.Ordinal);
}

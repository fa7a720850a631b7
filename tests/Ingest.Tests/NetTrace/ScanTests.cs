using System.Globalization;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.Ingest.Tests.TraceDat;

namespace ForkTrace.Ingest.Tests.NetTrace;

/// <summary>
/// Sizes that TraceEvent does not check are checked first. A trace without kernel events is rejected; the message says which events it
/// has.
/// </summary>
public class ScanTests
{
    private const int Events = 60;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Versions_4_and_5_are_read_and_rejected_with_what_they_hold(bool hasTags, bool isCompressed)
    {
        byte[] trace = new EventPipeWriter { HasTags = hasTags, IsCompressed = isCompressed }.Write(Events);
        string message = TemporaryTrace.Rejection(trace)!.Message;
        Assert.Contains("(version 4 or 5, of one .NET process)", message, StringComparison.Ordinal);
        Assert.Contains("45 of Microsoft-Windows-DotNETRuntime, 15 of My-Source", message, StringComparison.Ordinal);
        Assert.Contains("dotnet-trace collect-linux --perf-events", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "must be from 4 to 6")]
    [InlineData(5, "must be from 4 to 6")]
    public void An_unknown_version_of_the_older_layout_is_rejected(int version, string reason) =>
        Assert.Contains(
            reason, TemporaryTrace.Rejection(new EventPipeWriter { Version = version }.Write(Events))!.Message, StringComparison.Ordinal);

    /// <summary>TraceEvent would allocate that many fields, or recurse that deep.</summary>
    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 50_000)]
    public void Fields_that_cannot_be_are_damage_in_versions_4_and_5(int fieldCount, int depth)
    {
        byte[] trace = new EventPipeWriter { FieldCount = fieldCount, HasTags = depth > 1, Depth = depth }.Write(Events);
        Assert.Contains("a metadata block of a nettrace at byte", TemporaryTrace.Rejection(trace)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_within_types_without_end_are_damage_in_version_6()
    {
        byte[] field = [1, (byte)'f', .. Enumerable.Repeat((byte)19, 50_000)];
        byte[] fields = [1, 0, (byte)field.Length, (byte)(field.Length >> 8), .. field];
        byte[] trace = NetTraceWriter.OfBlocks((3, NetTraceWriter.MetadataOf("linux", "sched_switch", fields)));
        Assert.Contains("a metadata row of a nettrace at byte", TemporaryTrace.Rejection(trace)!.Message, StringComparison.Ordinal);
    }

    /// <summary>TraceEvent would reject the whole trace.</summary>
    [Fact]
    public void A_payload_that_reaches_past_its_block_costs_the_block()
    {
        RecordedEvent[] events = [.. RecordedEvent.All().Where(one => one.Name == "sched_process_free").Take(Events)];
        byte[] trace = new NetTraceWriter().Write(events);
        const int EndBytes = 4, PayloadBytes = 24;
        Assert.Equal(PayloadBytes, trace[^(EndBytes + PayloadBytes + 1)]);
        trace[^(EndBytes + PayloadBytes + 1)] = 127;
        using EventTable table = TemporaryTrace.Read(trace);
        Assert.Equal(50, table.Count);
        Recordings.Issue(table, "damaged_records");
    }

    [Fact]
    public void A_CPU_number_that_is_too_large_for_TraceEvent_is_rejected()
    {
        RecordedEvent[] events = [.. RecordedEvent.All().Take(Events)];
        using (EventTable table = TemporaryTrace.Read(new NetTraceWriter { FirstCpu = 200 }.Write(events)))
            Assert.Contains(201, table.Cpus.ToArray().Select(cpu => (int)cpu));
        string message = TemporaryTrace.Rejection(new NetTraceWriter { FirstCpu = 300 }.Write(events))!.Message;
        Assert.Contains("a CPU above 255", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_TraceEvent_rejects_is_rejected_in_one_line()
    {
        byte[] trace = NetTraceWriter.OfBlocks((4, [1, 2, 3]));
        IngestException rejection = TemporaryTrace.Rejection(trace)!;
        Assert.Equal("invalid", rejection.Code);
        Assert.Contains(rejection.Offset.ToString(CultureInfo.InvariantCulture), rejection.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', rejection.Message);
    }
}

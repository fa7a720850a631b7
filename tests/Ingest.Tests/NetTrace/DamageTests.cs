using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Merge;
using ForkTrace.Ingest.Opening;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.TraceDat;

namespace ForkTrace.Ingest.Tests.NetTrace;

/// <summary>Cut and damaged traces are rejected or read: no other exception, no endless loop, limited memory.</summary>
public class DamageTests
{
    // A damaged tid can have the largest possible value: two tables of 16 MiB, plus the tables that they grew from.
    private const long AllocatedBytesMax = 128 << 20;
    private const int Events = 60;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_trace_that_is_cut_anywhere_is_rejected_or_says_so(bool isCompressed)
    {
        byte[] whole = Small(isCompressed);
        Assert.Equal(Events, Read(whole, out _));
        for (int length = 1; length < whole.Length; length++)
        {
            int found = Read(whole[..length], out bool isLoss);
            Assert.True(found < 0 || isLoss, $"{length} of {whole.Length} bytes gave {found} rows and said nothing");
        }
    }

    /// <summary>TraceEvent allocates an object of about 200 bytes per event. There are no other allocations per event.</summary>
    [Fact]
    public void Twice_the_events_allocate_what_TraceEvent_makes_of_each_and_no_more()
    {
        List<RecordedEvent> some = RecordedEvent.All();
        long span = some[^1].TimeNs + 1;
        List<RecordedEvent> many =
            [.. Enumerable.Range(0, 20).SelectMany(round => some.Select(one => one with { TimeNs = one.TimeNs + (round * span) }))];
        Allocated(some);
        long once = Allocated(many);
        long twice = Allocated([.. many, .. many.Select(one => one with { TimeNs = one.TimeNs + (20 * span) })]);
        Assert.InRange((twice - once) / many.Count, 0, 260);
    }

    private static long Allocated(List<RecordedEvent> events)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new NetTraceWriter().Write(events));
            using TraceInput input = TraceOpener.Open(path);
            ITraceFormat format = FormatCatalog.ByName("nettrace");
            long before = GC.GetAllocatedBytesForCurrentThread();
            using DecodedTrace decoded = format.Read(input, new IngestOptions());
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(events.Count, decoded.Streams.Sum(stream => stream.Rows));
            return allocated;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Small(bool isCompressed) =>
        new NetTraceWriter { IsCompressed = isCompressed, IsDataLoc = isCompressed }.Write([.. RecordedEvent.All().Take(Events)]);

    private static int Read(byte[] bytes, out bool isLoss)
    {
        isLoss = false;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using EventTable table = TemporaryTrace.Read(bytes);
            isLoss = table.Facts.HasDataLoss;
            return table.Count;
        }
        catch (IngestException rejection)
        {
            Assert.NotEmpty(rejection.Code);
            return -1;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocatedBytesMax);
        }
    }
}

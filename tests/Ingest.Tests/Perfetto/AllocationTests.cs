using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Merge;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Ingest.Tests.Perfetto;

/// <summary>The bundle decoder allocates nothing per event.</summary>
public class AllocationTests
{
    /// <summary>As for other formats: 4 bytes per event are less than one object per event.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Twice_the_events_allocate_no_more(bool isCompact)
    {
        const int Count = 400_000;
        AllocatedBytes(isCompact, 100);
        long once = AllocatedBytes(isCompact, Count);
        long twice = AllocatedBytes(isCompact, 2 * Count);
        Assert.InRange(twice - once, -4 * Count, 4 * Count);
    }

    private static long AllocatedBytes(bool isCompact, int count)
    {
        const int InBundle = 100;
        ProtoWriter trace = new();
        for (int first = 0; first < count; first += InBundle)
        {
            ProtoWriter bundle = new ProtoWriter().Number(1, 0);
            IEnumerable<(long, long, long, string)> switches =
                Enumerable.Range(first, InBundle).Select(time => ((long)time, 0L, 5L + (time % 2), "a"));
            if (isCompact)
                bundle.Message(4, BundleTests.Compact([.. switches]));
            for (int index = 0; !isCompact && index < InBundle; index++)
            {
                ProtoWriter exit = new ProtoWriter().Text(1, "a").Number(2, 9).Number(4, 120);
                bundle.Message(2, PerfettoEncoder.Event(first + index, 9, 238, exit));
            }

            trace.Message(1, new ProtoWriter().Message(1, bundle));
        }

        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, trace.ToArray());
            using TraceInput input = TraceOpener.Open(path);
            ITraceFormat format = FormatCatalog.ByName("perfetto");
            long before = GC.GetAllocatedBytesForCurrentThread();
            using DecodedTrace decoded = format.Read(input, new IngestOptions { KeepAll = true });
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(isCompact ? count - 1 : count, decoded.Streams.Sum(stream => stream.Rows));
            return allocated;
        }
        finally
        {
            File.Delete(path);
        }
    }
}

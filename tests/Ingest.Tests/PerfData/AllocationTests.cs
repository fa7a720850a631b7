using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Merge;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>The record loop allocates nothing per event.</summary>
public class AllocationTests
{
    /// <summary>
    /// With twice the events, a few tables may grow, and a garbage collection in the process may discard a thread's half-used 8 KiB. But
    /// the smallest object has 24 bytes, so 4 bytes per event are less than one object per event.
    /// </summary>
    [Theory]
    [InlineData(PerfEvent.Default)]
    [InlineData(PerfEvent.Default | PerfEvent.CallChain)]
    public void Twice_the_events_allocate_no_more(ulong samples)
    {
        const int Count = 40_000;
        AllocatedBytes(samples, 100);
        long once = AllocatedBytes(samples, Count);
        long twice = AllocatedBytes(samples, 2 * Count);
        Assert.InRange(twice - once, -4 * Count, 4 * Count);
    }

    private static long AllocatedBytes(ulong samples, int count)
    {
        PerfFileWriter file = new();
        PerfEvent one = new() { Samples = samples, Ids = [5], Config = Tracefs.ExitId };
        file.Events.Add(one);
        file.Events.Add(one with { Type = 1, Samples = samples & ~PerfEvent.Raw, Ids = [6] });
        file.Features[1] = Tracefs.Block();
        byte[] raw = Tracefs.ExitRecord(9, "a");
        for (int sample = 0; sample < count; sample++)
            file.Sample(one, 5, (ulong)sample, (uint)sample % 4, raw, null);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file.ToFile());
            using TraceInput input = TraceOpener.Open(path);
            ITraceFormat format = FormatCatalog.ByName("perf.data");
            long before = GC.GetAllocatedBytesForCurrentThread();
            using DecodedTrace trace = format.Read(input, new IngestOptions { KeepAll = true });
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(count, trace.Streams.Sum(stream => stream.Rows));
            return allocated;
        }
        finally
        {
            File.Delete(path);
        }
    }
}

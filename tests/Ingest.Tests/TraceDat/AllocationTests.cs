using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Formats.TraceDat;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Merge;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Decoding allocates per file, not per event.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(6, "none")]
    [InlineData(7, "zstd")]
    public void Three_times_the_events_allocate_no_more(int version, string compression)
    {
        byte[] small = Trace(version, compression, 300), large = Trace(version, compression, 900);
        long few = LeastAllocated(small, out long fewRows);
        long many = LeastAllocated(large, out long manyRows);

        Assert.Equal(300 * 100, fewRows);
        Assert.Equal(900 * 100, manyRows);

        // The window for reading a file is not longer than the file, and the digest uses another one.
        int window = Math.Min(InputWindow.Bytes, large.Length) - Math.Min(InputWindow.Bytes, small.Length);
        Assert.InRange(many - few, -4096, 4096 + (2 * window));
    }

    // The first rounds also include one-time allocations of the runtime.
    private static long LeastAllocated(byte[] file, out long rows)
    {
        long least = AllocatedBytes(file, out rows);
        for (int round = 0; round < 6; round++)
            least = Math.Min(least, AllocatedBytes(file, out rows));
        return least;
    }

    private static long AllocatedBytes(byte[] file, out long rows)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, file);
        try
        {
            using TraceInput input = TraceOpener.Open(path);
            _ = input.Digest;
            long before = GC.GetAllocatedBytesForCurrentThread();
            using DecodedTrace decoded = new TraceDatFormat().Read(input, new IngestOptions { Threads = 1 });
            rows = decoded.Streams.Sum(stream => stream.Rows);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Trace(int version, string compression, int pages)
    {
        List<byte> all = [];
        for (int page = 0; page < pages; page++)
        {
            PageWriter writer = new();
            for (int pid = 1; pid <= 100; pid++)
                writer.Event(1, EventTexts.ExitRecord(pid));
            all.AddRange(writer.Build((ulong)page * 1000));
        }

        return new TraceDatWriter { Version = version, Compression = compression }.Buffer("", "local", (0, [.. all])).Build();
    }
}

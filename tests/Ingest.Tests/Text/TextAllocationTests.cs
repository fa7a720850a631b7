using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>Nothing is allocated per line: thousands of additional lines cost no additional managed byte.</summary>
[Collection("allocations")]
public sealed class TextAllocationTests
{
    [Theory]
    [InlineData("formats/ftrace_default.txt.zst")]
    [InlineData("formats/ftrace_latency.txt.zst")]
    [InlineData("formats/v7_default.report.txt.zst")]
    [InlineData("formats/perf_g.script_ns.txt.zst")]
    [InlineData("vm-6.1/prefork.report_t_head.txt.zst")]
    public void Twice_the_text_allocates_no_more(string sample)
    {
        byte[] once = TextFile.Sample(sample);
        byte[] twice = [.. once, .. once];
        AllocatedBytes(once);
        long bytesOnce = LeastAllocatedBytes(once);
        long bytesTwice = LeastAllocatedBytes(twice);

        // The window for reading a text is not longer than the text.
        int window = Math.Min(InputWindow.Bytes, twice.Length) - Math.Min(InputWindow.Bytes, once.Length);
        Assert.True(bytesTwice - bytesOnce <= 4096 + window, $"{bytesOnce} bytes for the text, {bytesTwice} for twice as much");
    }

    // The runtime itself may allocate sometimes, so the minimum of several runs is the reader's part.
    private static long LeastAllocatedBytes(byte[] text) => Enumerable.Range(0, 3).Min(_ => AllocatedBytes(text));

    private static long AllocatedBytes(byte[] text)
    {
        using TextFile file = new(text);
        using TraceInput input = TraceOpener.Open(file.Path);
        ITraceFormat format = FormatCatalog.Probe(input.SliceUpTo(0, FormatCatalog.PrefixBytes));
        long before = GC.GetAllocatedBytesForCurrentThread();
        format.Read(input, new IngestOptions()).Dispose();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Merge;
using ForkTrace.Ingest.Opening;
using ForkTrace.Ingest.Tests.Shared;

namespace ForkTrace.Ingest.Tests.Ctf;

/// <summary>Cut and damaged streams and metadata are rejected or read: no other exception, no endless loop, limited memory.</summary>
public class DamageTests
{
    // A damaged tid can have the largest possible value: two tables of 16 MiB, plus the tables that they grew from.
    private const long AllocatedBytesMax = 128 << 20;
    private const int Events = 70;

    [Fact]
    public void A_stream_that_is_cut_anywhere_gives_the_rows_before_the_cut()
    {
        using CtfTrace trace = Small("le 8");
        string path = Path.Combine(trace.Path, "channel0_0");
        byte[] whole = File.ReadAllBytes(path);
        int rows = Read(trace, out _);
        Assert.Equal(Events, rows);
        int most = 0;
        for (int length = 1; length < whole.Length; length += 3)
        {
            File.WriteAllBytes(path, whole[..length]);
            int found = Read(trace, out bool isLoss);
            Assert.True(found < rows ? found >= most : found == rows, $"{length} of {whole.Length} bytes gave {found} rows");
            Assert.True(isLoss || found % 30 == 0 || found == rows, $"{length} of {whole.Length} bytes gave {found} rows and said nothing");
            most = Math.Max(most, found);
        }
    }

    [Theory]
    [InlineData("le 8")]
    [InlineData("le 8 packetised")]
    public void Metadata_that_is_cut_anywhere_is_rejected_or_read(string form)
    {
        using CtfTrace trace = Small(form);
        string path = Path.Combine(trace.Path, "metadata");
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 1; length < whole.Length; length += 5)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.True(Read(trace, out _) <= Events);
        }
    }

    [Fact]
    public void Structures_that_multiply_are_rejected()
    {
        string doubling = string.Concat(
            Enumerable.Range(1, 30).Select(level => $"struct s{level} {{ struct s{level - 1} a; struct s{level - 1} b; }};\n"));
        using CtfTrace trace = new();
        File.WriteAllText(Path.Combine(trace.Path, "metadata"), "/* CTF 1.8 */ struct s0 { };\n" + doubling);
        File.WriteAllBytes(Path.Combine(trace.Path, "channel0_0"), new byte[100]);
        Assert.Equal(-1, Read(trace, out _));
    }

    /// <summary>As for other formats: 4 bytes per event are less than one object per event.</summary>
    [Fact]
    public void Twice_the_events_allocate_no_more()
    {
        List<RecordedEvent> some = [.. CtfTests.Events().Where(one => one.Cpu == 0)];
        long span = some[^1].TimeNs + 1;
        List<RecordedEvent> many =
            [.. Enumerable.Range(0, 40).SelectMany(round => some.Select(one => one with { TimeNs = one.TimeNs + (round * span) }))];
        Allocated(some);
        long once = Allocated(many);
        long twice = Allocated([.. many, .. many.Select(one => one with { TimeNs = one.TimeNs + (40 * span) })]);
        Assert.InRange(twice - once, -4 * many.Count, 4 * many.Count);
    }

    private static long Allocated(List<RecordedEvent> events)
    {
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false), events);
        using Input.TraceInput input = Opening.TraceOpener.Open(trace.Path);
        Formats.ITraceFormat format = Formats.FormatCatalog.ByName("ctf");
        long before = GC.GetAllocatedBytesForCurrentThread();
        using DecodedTrace decoded = format.Read(input, new IngestOptions());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(events.Count, decoded.Streams.Sum(stream => stream.Rows));
        return allocated;
    }

    private static CtfTrace Small(string form) =>
        CtfTrace.Of(CtfTests.Writer(form), [.. CtfTests.Events().Where(one => one.Cpu == 0).Take(Events)]);

    private static int Read(CtfTrace trace, out bool isLoss)
    {
        isLoss = false;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using EventTable table = trace.Read();
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

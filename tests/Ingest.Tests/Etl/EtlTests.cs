using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.TraceDat;

namespace ForkTrace.Ingest.Tests.Etl;

public class EtlTests
{
    [Fact]
    public void A_windows_trace_is_rejected_by_name()
    {
        IngestException? rejection = TemporaryTrace.Rejection(Head());
        Assert.Equal("windows_only", rejection?.Code);
        Assert.Contains("only on Windows", rejection?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_one_with_small_buffers()
    {
        byte[] head = Head();
        BitConverter.TryWriteBytes(head.AsSpan(0), 512u);
        Assert.Equal("windows_only", TemporaryTrace.Rejection(head[..512])?.Code);
    }

    [Fact]
    public void Only_its_own_head_is_taken_for_one()
    {
        ITraceFormat format = FormatCatalog.ByName("etl");
        byte[] whole = Head();
        Assert.Equal(["etl"], FormatCatalog.All.Where(one => one.Sniff(whole)).Select(one => one.Descriptor.Name));
        Assert.False(format.Sniff(whole.AsSpan(0, 75)));
        foreach (int at in (int[])[0, 1, 3, 72, 73, 74, 75])
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x55;
            Assert.False(format.Sniff(damaged), $"byte {at}");
        }
    }

    private static byte[] Head()
    {
        byte[] head = new byte[65536];
        BitConverter.TryWriteBytes(head.AsSpan(0), 65536u);
        BitConverter.TryWriteBytes(head.AsSpan(4), 512u);
        head[72] = 2;
        head[74] = 2;
        head[75] = 0xC0;
        return head;
    }
}

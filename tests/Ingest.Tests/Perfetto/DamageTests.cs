using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.TraceDat;

namespace ForkTrace.Ingest.Tests.Perfetto;

/// <summary>Cut and damaged traces are rejected or read: no other exception, no endless loop, limited memory.</summary>
public class DamageTests
{
    private const long AllocatedBytesMax = 200 << 20;
    private const int Events = 60;

    public static TheoryData<string> Forms => ["full", "compact", "compact zlib", "full zstd", "generic", "described"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_cut_trace_gives_the_rows_before_the_cut_and_says_so(string form)
    {
        byte[] whole = Small(form);
        int rows = Read(whole, out _);
        Assert.Equal(Events, rows);
        int most = 0;
        for (int length = 1; length < whole.Length; length++)
        {
            int found = Read(whole[..length], out bool isLoss);
            Assert.True(found <= rows && (found < 0 || isLoss || found < rows), $"{length} of {whole.Length} bytes gave {found} rows");
            Assert.True(found < 0 || found >= most, $"{length} bytes gave {found} rows, fewer than a shorter cut");
            most = Math.Max(most, found);
        }
    }

    [Fact]
    public void A_small_packet_that_unpacks_to_very_much_is_damage()
    {
        using MemoryStream packed = new();
        using (System.IO.Compression.ZLibStream stream = new(packed, System.IO.Compression.CompressionLevel.Optimal))
            stream.Write(new byte[40 << 20]);
        AssertDamage(50, packed.ToArray());
        AssertDamage(133, TestKit.ZstdFrames.Pack(new byte[40 << 20]));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(133)]
    public void A_packed_packet_with_nothing_in_it_is_damage(int field) => AssertDamage(field, []);

    private static void AssertDamage(int field, byte[] packed)
    {
        byte[] trace =
        [
            .. new ProtoWriter().Message(1, new ProtoWriter().Bytes(field, packed)).ToArray(),
            .. BundleTests.Packet(1, BundleTests.Bundle(0, BundleTests.Compact((1, 0, 2, "a")))),
        ];
        Assert.Equal(0, Read(trace, out bool isLoss));
        Assert.True(isLoss);
    }

    private static byte[] Small(string form) => EncodedRecordingTests.Encoder(form).Encode([.. RecordedEvent.All().Take(Events)]);

    // Number of rows; -1 for a rejection.
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

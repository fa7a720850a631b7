using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Formats.Perfetto;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Perfetto;

/// <summary>A real recording's events, written as Perfetto writes them, give the table that the recording itself gives.</summary>
public class EncodedRecordingTests
{
    [Theory]
    [InlineData("full")]
    [InlineData("compact")]
    [InlineData("compact zlib")]
    [InlineData("full zstd")]
    [InlineData("generic")]
    [InlineData("described")]
    public void Rows_are_those_of_the_recording(string form)
    {
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using EventTable table = TemporaryTrace.Read(Encoder(form).Encode(RecordedEvent.All()));
        Assert.Equal(Row.Of(expected), Row.Of(table));
        Assert.Equal(1510, table.Count);
        Assert.Equal(expected.Facts.Tasks, table.Facts.Tasks);
        Assert.Empty(table.Facts.Issues);
        Assert.All(
            EventKinds.All.Where(kind => kind != EventKind.Switch),
            kind => Assert.Equal(expected.Facts.CountOf(kind), table.Facts.CountOf(kind)));
        Assert.False(table.Facts.HasDataLoss);
    }

    [Fact]
    public void Facts_are_the_system_information_and_the_clocks()
    {
        using EventTable table = TemporaryTrace.Read(Encoder("full").Encode(RecordedEvent.All()));
        Assert.Equal("perfetto", table.Facts.Format);
        Assert.Equal("6.1.0-44-amd64", table.Facts.Kernel);
        Assert.Equal("x86_64", table.Facts.Machine);
        Assert.Equal("Perfetto v49.0", table.Facts.Recorder);
        Assert.Equal("boot", table.Facts.Clock);
        Assert.Equal(1_699_999_995_000_000_000, table.Facts.WallClockOffsetNs);
        Assert.Equal(2, table.Facts.Cpus);
    }

    /// <summary>The prefix that a sniff sees can end anywhere, even within a packet's first number.</summary>
    [Theory]
    [InlineData("full")]
    [InlineData("compact zlib")]
    public void Wherever_the_beginning_ends_it_is_known(string form)
    {
        byte[] trace = Encoder(form).Encode(RecordedEvent.All());
        PerfettoFormat format = new();
        int first = 2 + trace[1];
        Assert.True(first < 200 && trace.Length > FormatCatalog.PrefixBytes);
        for (int length = first; length <= FormatCatalog.PrefixBytes; length++)
            Assert.True(format.Sniff(trace.AsSpan(0, length)), $"{length} bytes");

        // After whole packets: a packet of 2047 bytes that begins with a number, a message, or 8 or 4 bytes, each cut; and invalid ones.
        byte[] packet = [.. trace.AsSpan(0, first), 0x0A, 0xFF, 0x0F];
        foreach (string beginning in (string[])["", "40", "4080", "4080FF", "C2", "C23E", "C23E81", "410102", "4501"])
            Assert.True(format.Sniff([.. packet, .. Convert.FromHexString(beginning)]), beginning);
        foreach (string other in (string[])["00", "03", "8080808080808080808080"])
            Assert.False(format.Sniff([.. packet, .. Convert.FromHexString(other)]), other);
    }

    internal static PerfettoEncoder Encoder(string form) => new()
    {
        IsCompact = form.StartsWith("compact", StringComparison.Ordinal),
        IsGeneric = form == "generic",
        IsDescribed = form == "described",
        PackedField = form.EndsWith("zlib", StringComparison.Ordinal) ? 50 : form.EndsWith("zstd", StringComparison.Ordinal) ? 133 : 0,
    };
}

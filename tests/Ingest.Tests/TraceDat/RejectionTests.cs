using System.Text;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Rejected files, and the messages.</summary>
public sealed class RejectionTests
{
    [Fact]
    public void Other_versions_are_not_read()
    {
        byte[] file = Simple(6);
        file[10] = (byte)'8';

        IngestException? rejection = TemporaryTrace.Rejection(file);
        Assert.Equal("unsupported", rejection?.Code);
        Assert.Contains("version '8'", rejection?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_options_that_loops_is_rejected()
    {
        byte[] file = new TraceDatWriter { Version = 7, NextOptions = -1 }.Buffer("", "local", (0, HeadTests.Page(1000, 1))).Build();

        IngestException? rejection = TemporaryTrace.Rejection(file);
        Assert.Equal("invalid", rejection?.Code);
        Assert.Contains("already read", rejection?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cpu_that_is_twice_in_a_buffer_is_rejected()
    {
        byte[] page = HeadTests.Page(1000, 1);
        byte[] file = new TraceDatWriter { Version = 7 }.Buffer("", "local", (4, page), (4, page)).Build();

        Assert.Contains("a CPU of a buffer", TemporaryTrace.Rejection(file)?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cpus_that_share_their_data_are_rejected()
    {
        byte[] file = new TraceDatWriter { Version = 6 }.Buffer("", "", (0, HeadTests.Page(1000, 1)), (1, HeadTests.Page(1000, 2))).Build();
        int table = file.AsSpan().IndexOf("flyrecord\0"u8) + 10;
        file.AsSpan(table, 16).CopyTo(file.AsSpan(table + 16));

        Assert.Contains("inside the data of another CPU", TemporaryTrace.Rejection(file)?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_beyond_the_end_is_a_file_cut_off()
    {
        byte[] file = Simple(6);

        IngestException? rejection = TemporaryTrace.Rejection(file[..^1]);
        Assert.Equal("truncated", rejection?.Code);
        Assert.Equal(file.Length - 4096, rejection?.Offset);
        Assert.Contains("the data of CPU 0", rejection?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_of_another_size_than_it_claims_is_rejected()
    {
        foreach (string compression in new[] { "zstd", "zlib" })
        {
            byte[] file = Simple(7, compression);
            int claim = file.AsSpan().IndexOf(new byte[] { 1, 0, 0, 0 }.Concat(BitConverter.GetBytes(Packed(file))).ToArray());
            BitConverter.TryWriteBytes(file.AsSpan(claim + 8), 8192);

            Assert.Contains("a compressed block", TemporaryTrace.Rejection(file)?.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_chunk_that_claims_gigabytes_is_rejected_before_it_is_unpacked()
    {
        byte[] file = Simple(7, "zstd");
        int claim = file.AsSpan().IndexOf(new byte[] { 1, 0, 0, 0 }.Concat(BitConverter.GetBytes(Packed(file))).ToArray());
        BitConverter.TryWriteBytes(file.AsSpan(claim + 8), 0x7FFFF000);

        Assert.Contains("the content size of a chunk", TemporaryTrace.Rejection(file)?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instances_without_end_are_rejected()
    {
        TraceDatWriter writer = new TraceDatWriter { Version = 7 }.Buffer("", "local", (0, HeadTests.Page(1000, 1)));
        for (int instance = 0; instance < 5000; instance++)
            writer.Buffer("i", "local");

        Assert.Contains("the number of buffers", TemporaryTrace.Rejection(writer.Build())?.Message, StringComparison.Ordinal);
    }

    // The data at the first page boundary: u32 chunks, u32 packed bytes, u32 content bytes.
    private static int Packed(byte[] file)
    {
        for (int offset = 4096; offset < file.Length; offset += 4096)
        {
            if (BitConverter.ToInt32(file, offset) == 1 && BitConverter.ToInt32(file, offset + 8) == 4096)
                return BitConverter.ToInt32(file, offset + 4);
        }

        throw new InvalidDataException("no chunk");
    }

    private static byte[] Simple(int version, string compression = "none") =>
        new TraceDatWriter { Version = version, Compression = compression }.Buffer("", "local", (0, HeadTests.Page(1000, 1))).Build();
}

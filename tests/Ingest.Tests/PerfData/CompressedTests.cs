using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>perf record -z: records in one zstd stream, which is cut anywhere into compressed records.</summary>
public class CompressedTests
{
    [Theory]
    [InlineData(81, 1)]
    [InlineData(81, 13)]
    [InlineData(81, 5000)]
    [InlineData(83, 13)]
    [InlineData(83, 5000)]
    public void Content_may_span_records_anywhere(uint type, int pieceBytes)
    {
        PerfFileWriter plain = Plain(2000);
        foreach (PerfFileWriter file in new[] { PerfFileWriter.WithTwoEvents(), PerfFileWriter.WithTwoEvents(bigEndian: true) })
        {
            byte[] records = file.IsBigEndian ? Plain(2000, bigEndian: true).Records.ToArray() : plain.Records.ToArray();
            AddCompressed(file, type, ZstdFrames.Pack(records), pieceBytes);
            Assert.Equal(Recordings.Rows(plain.ToFile()), Recordings.Rows(file.ToFile()));
            Assert.Equal(Recordings.Rows(plain.ToFile()), Recordings.Rows(file.ToPipe()));
        }
    }

    /// <summary>One compressed record unpacks to many times the amount that the reader unpacks at a time.</summary>
    [Fact]
    public void One_record_may_unpack_to_megabytes()
    {
        byte[] packed = PackedSamples(20_000);
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddCompressed(file, 81, packed, 60000);
        Assert.Equal(20_000, Recordings.Rows(file.ToFile()).Count);
    }

    /// <summary>
    /// perf never ends its zstd frame. In this test, zstd has consumed all four blocks (512 KiB: 5461 samples and a third) when the
    /// reader's buffer is full, before the last samples have been returned.
    /// </summary>
    [Fact]
    public void Content_of_a_frame_without_end_is_read_to_its_end()
    {
        const int Blocks = 4, BlockBytes = 1 << 17, SampleBytes = 96;
        byte[] packed = PackedSamples(10_000);
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddCompressed(file, 81, packed[..EndOfBlock(packed, Blocks)], 60000);
        using EventTable table = Recordings.Read(file.ToPipe());
        Assert.Equal(Blocks * BlockBytes / SampleBytes, table.Count);
        Assert.Equal(Blocks * BlockBytes % SampleBytes, Recordings.Issue(table, "truncated").Count);
    }

    [Fact]
    public void Several_frames_follow_one_another()
    {
        PerfFileWriter plain = Plain(3000);
        byte[] records = plain.Records.ToArray();
        byte[] frames =
        [
            .. ZstdFrames.Pack(records.AsSpan(0, 100)), .. ZstdFrames.Pack(records.AsSpan(100, 777)), .. ZstdFrames.Pack(records.AsSpan(877)),
        ];
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddCompressed(file, 81, frames, 4096);
        Assert.Equal(Recordings.Rows(plain.ToFile()), Recordings.Rows(file.ToFile()));
    }

    [Fact]
    public void Content_that_ends_within_a_record_is_rejected_in_a_file_and_reported_in_a_pipe()
    {
        byte[] records = Plain(10).Records.ToArray();
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddCompressed(file, 81, ZstdFrames.Pack(records.AsSpan(0, records.Length - 1)), 4096);
        Assert.Contains("the last record", Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
        using EventTable table = Recordings.Read(file.ToPipe());
        Assert.Equal(9, table.Count);
        Assert.Equal(IssueSeverity.DataLoss, Recordings.Issue(table, "truncated").Severity);
    }

    [Fact]
    public void Damage_is_rejected_with_the_place_of_the_compressed_record()
    {
        byte[] packed = ZstdFrames.Pack(Plain(100).Records.ToArray());
        packed.AsSpan(0, 4).Clear();
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddCompressed(file, 81, packed, 60000);
        IngestException rejection = Recordings.Rejection(file.ToFile());
        Assert.Equal(("damaged_compression", 104L + (8 * 4) + (2 * 152)), (rejection.Code, rejection.Offset));
    }

    /// <summary>A few bytes that unpack to gigabytes of one record's beginning must be rejected early, with limited memory.</summary>
    [Fact]
    public void A_bomb_ends_at_its_first_impossible_record()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddCompressed(file, 81, ZstdFrames.Pack(new byte[1 << 26]), 60000);
        Assert.Contains("the size of a record", Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_records_within_compressed_records_are_rejected()
    {
        PerfFileWriter inner = PerfFileWriter.WithTwoEvents();
        AddCompressed(inner, 81, ZstdFrames.Pack(Plain(3).Records.ToArray()), 4096);
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        AddCompressed(file, 81, ZstdFrames.Pack(inner.Records.ToArray()), 4096);
        Assert.Contains("compressed twice", Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_compressions_are_rejected_by_number()
    {
        PerfFileWriter file = Plain(1);
        file.Features[27] = file.NewWriter().U32(0).U32(7).U32(1).U32(8).U32(4096).ToArray();
        Assert.Contains("method 7", Recordings.Rejection(file.ToFile()).Message, StringComparison.Ordinal);
    }

    private static byte[] PackedSamples(int count)
    {
        PerfFileWriter plain = PerfFileWriter.WithTwoEvents();
        for (int sample = 0; sample < count; sample++)
            plain.Sample(12, 5, 0, Tracefs.ExitRecord(7, "same"));
        byte[] packed = ZstdFrames.Pack(plain.Records.ToArray());
        Assert.InRange(packed.Length, 1, 60000);
        return packed;
    }

    // The end of a block in a zstd frame (RFC 8878, 3.1.1): magic, descriptor, window unless bit 5 is set, content size by bits 6 and 7;
    // blocks have a 3-byte header with type and size.
    private static int EndOfBlock(byte[] frame, int blocks)
    {
        const int RunLength = 1;
        bool hasWindow = (frame[4] & 0x20) == 0;
        int sizeBytes = (frame[4] >> 6) switch { 0 => hasWindow ? 0 : 1, 1 => 2, 2 => 4, _ => 8 };
        int at = 5 + (hasWindow ? 1 : 0) + sizeBytes;
        for (; blocks > 0; blocks--)
        {
            int header = frame[at] | (frame[at + 1] << 8) | (frame[at + 2] << 16);
            at += 3 + ((header >> 1 & 3) == RunLength ? 1 : header >> 3);
        }

        return at;
    }

    private static PerfFileWriter Plain(int samples, bool bigEndian = false)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents(bigEndian);
        for (int sample = 0; sample < samples; sample++)
            file.Sample(12, (ulong)sample, (uint)sample % 3, Tracefs.ExitRecord(1 + (sample * 7 % 3001), $"t{sample % 11}", bigEndian));
        return file;
    }

    private static void AddCompressed(PerfFileWriter file, uint type, byte[] packed, int pieceBytes)
    {
        for (int at = 0; at < packed.Length; at += pieceBytes)
        {
            byte[] piece = packed[at..Math.Min(packed.Length, at + pieceBytes)];
            file.Record(type, type == 81 ? piece : file.NewWriter().U64((ulong)piece.Length).Bytes(piece).PadTo(8).ToArray());
            file.Record(68, []);
        }
    }
}

using System.Buffers.Binary;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>Folders in the form of <c>perf record --threads</c>, made from a real recording. Other folders are rejected with
/// advice.</summary>
public sealed class FolderTests : IDisposable
{
    private const int SampleType = 9;

    // Offset in the samples of the shipped recording: id, ip, pid and tid, time, then the CPU.
    private const int CpuAt = 40;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("formats/perf_file.data")]
    [InlineData("native-6.18/make.perf.data.zst")]
    public void A_recording_parted_by_cpu_is_read_like_the_whole(string name)
    {
        byte[] whole = SampleRecordings.Bytes(name);
        Part(whole);
        using EventTable expected = TraceReader.Read(_folder.Put("whole.data", whole));
        using EventTable read = TraceReader.Read(_folder.Of("parted"));
        Assert.Equal(expected.TimesNs, read.TimesNs);
        Assert.Equal(expected.Kinds.ToArray(), read.Kinds.ToArray());
        Assert.Equal(expected.Tasks, read.Tasks);
        Assert.Equal(expected.Cpus, read.Cpus);
        Assert.Equal(expected.Facts.EventsByKind, read.Facts.EventsByKind);
        Assert.Equal(expected.Facts.Recorder, read.Facts.Recorder);
        Assert.Equal("parted", read.Facts.Trace);
        string[] files = ["data", "data.0", "data.1"];
        IEnumerable<string> lines = files.Select(file => $"{RecordingDigest.Of(File.ReadAllBytes(_folder.Of("parted/" + file)))["xxh128:".Length..]}  {file}\n");
        Assert.Equal(RecordingDigest.Of(string.Concat(lines)), read.Facts.Digest);
    }

    [Fact]
    public void Parts_are_taken_by_number_and_empty_ones_skipped()
    {
        byte[] whole = SampleRecordings.Bytes("formats/perf_file.data");
        Part(whole);
        File.Move(_folder.Of("parted/data.1"), _folder.Of("parted/data.10"));
        for (int part = 1; part < 10; part++)
            _folder.Put($"parted/data.{part}", []);
        _folder.Put("parted/data.old", "not a part"u8);
        using EventTable expected = TraceReader.Read(_folder.Put("whole.data", whole));
        using EventTable read = TraceReader.Read(_folder.Of("parted") + "/");
        Assert.Equal(expected.TimesNs, read.TimesNs);
    }

    [Fact]
    public void A_part_that_was_not_copied_is_named()
    {
        Part(SampleRecordings.Bytes("formats/perf_file.data"));
        File.Delete(_folder.Of("parted/data.0"));
        IngestException rejection = Assert.Throws<IngestException>(() => TraceReader.Read(_folder.Of("parted")).Dispose());
        Assert.Equal("missing_file", rejection.Code);
        Assert.Contains("contains data.1 but not data.0", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_part_is_rejected()
    {
        Part(SampleRecordings.Bytes("formats/perf_file.data"));
        byte[] part = File.ReadAllBytes(_folder.Of("parted/data.1"));
        _folder.Put("parted/data.1", part.AsSpan(0, part.Length - 5));
        Assert.Throws<IngestException>(() => TraceReader.Read(_folder.Of("parted")).Dispose());
    }

    [Theory]
    [InlineData("cpu0/trace_pipe_raw", "trace-cmd restore")]
    [InlineData("trace_pipe_raw.cpu0", "trace-cmd restore")]
    [InlineData("something", "is a folder, not a trace file")]
    public void Other_folders_are_rejected_with_advice(string file, string advice)
    {
        _folder.Put($"other/{file}", [1, 2, 3]);
        IngestException rejection = Assert.Throws<IngestException>(() => TraceReader.Read(_folder.Of("other")).Dispose());
        Assert.Equal("is_folder", rejection.Code);
        Assert.Contains(advice, rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_whose_data_is_of_another_format_is_rejected()
    {
        _folder.Put("odd/data", SampleRecordings.Bytes("formats/v7_default.dat"));
        _folder.Put("odd/data.0", [1, 2, 3]);
        IngestException rejection = Assert.Throws<IngestException>(() => TraceReader.Read(_folder.Of("odd")).Dispose());
        Assert.Contains("is a folder; formats that can be folders: ctf, perf.data", rejection.Message, StringComparison.Ordinal);
    }

    // As in perf, the head file keeps all records that are not samples. Samples go to the part of their CPU.
    private void Part(byte[] whole)
    {
        int start = (int)BinaryPrimitives.ReadUInt64LittleEndian(whole.AsSpan(40));
        int size = (int)BinaryPrimitives.ReadUInt64LittleEndian(whole.AsSpan(48));
        List<byte> head = [];
        List<byte>[] parts = [[], []];
        for (int at = start; at < start + size;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(whole.AsSpan(at + 6));
            bool isSample = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(at)) == SampleType;
            (isSample ? parts[BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(at + CpuAt))] : head).AddRange(whole.AsSpan(at, length));
            at += length;
        }

        // The data after the records is found by absolute offsets, so it stays, and the records are put directly before it.
        byte[] data = [.. whole];
        head.CopyTo(0, data, start + size - head.Count, head.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(40), (ulong)(start + size - head.Count));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(48), (ulong)head.Count);
        _folder.Put("parted/data", data);
        _folder.Put("parted/data.0", parts[0].ToArray());
        _folder.Put("parted/data.1", parts[1].ToArray());
    }
}

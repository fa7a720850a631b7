using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Tests.PerfData;

/// <summary>The block of event formats in perf.data and at the beginning of trace.dat.</summary>
public class TracingDataTests
{
    [Theory]
    [InlineData(false, "0.6")]
    [InlineData(true, "0.6")]
    [InlineData(false, "0.5")]
    public void The_block_is_read_to_its_end(bool bigEndian, string version)
    {
        ByteCursor cursor = new(Tracefs.Block(bigEndian, version), 0, swap: false);
        TracingData data = TracingData.ReadBlock(ref cursor);
        Assert.True(cursor.IsAtEnd);
        Assert.Equal((version, bigEndian, 8, 4096), (data.Version, data.IsBigEndian, data.LongBytes, data.PageBytes));
        Assert.Equal(new SubBufferLayout(0, 8, 8, 16, 4080), data.Page);
        Assert.Equal(
            [("task", "task_newtask", 132), ("sched", "sched_process_exit", 316)],
            data.Formats.Select(format => (format.System, format.Name, format.Id)));
        Assert.Equal(0, data.UnreadableFormats);
    }

    /// <summary>simpleperf has the block in a record of its own (32777), before the samples.</summary>
    [Fact]
    public void The_block_of_simpleperf_is_in_a_record()
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents();
        byte[] block = file.Features[1];
        file.Features.Remove(1);
        file.Record(32777, file.NewWriter().U32((uint)block.Length).Bytes(block).PadTo(8).ToArray());
        file.Sample(10, 100, 0, Tracefs.NewTaskRecord(5, 20, "sh", 17));
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([EventKind.NewTask], table.Kinds.ToArray());

        PerfFileWriter cut = PerfFileWriter.WithTwoEvents();
        cut.Features.Remove(1);
        cut.Record(32777, cut.NewWriter().U32((uint)block.Length).Bytes(block.AsSpan(0, 100)).ToArray());
        IngestException rejection = Assert.Throws<IngestException>(() => Recordings.Read(cut.ToFile()).Dispose());
        Assert.Contains("the event formats of simpleperf", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_functions_are_found_in_the_symbols()
    {
        byte[] kallsyms = Encoding.ASCII.GetBytes("ffffffff81000000 T _text\nffffffff810a0000 t thread_stack_free_rcu\n");
        ByteCursor cursor = new(Tracefs.Block(kallsyms: kallsyms), 0, swap: false);
        TracingData data = TracingData.ReadBlock(ref cursor);
        Assert.Equal(EventKind.FunctionStackRcu, data.Functions.KindAt(0xffffffff810a0000));
        Assert.Equal(EventKind.None, data.Functions.KindAt(0xffffffff81000000));
    }

    [Fact]
    public void Other_versions_are_rejected_by_name()
    {
        byte[] block = Tracefs.Block(version: "0.7");
        IngestException rejection = Assert.Throws<IngestException>(() => Parse(block));
        Assert.Contains("'0.7'", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_is_rejected_as_truncated()
    {
        byte[] block = Tracefs.Block();
        for (int length = 0; length < block.Length; length++)
            Assert.Equal("truncated", Assert.Throws<IngestException>(() => Parse(block[..length])).Code);
    }

    [Theory]
    [InlineData(0, "the magic")]
    [InlineData(14, "the byte order")]
    [InlineData(19, "the page size")]
    [InlineData(20, "header_page")]
    [InlineData(35, "header_page text")]
    public void Damage_is_rejected_where_it_is(int at, string what)
    {
        byte[] block = Tracefs.Block();
        block[at] ^= 0x80;
        IngestException rejection = Assert.Throws<IngestException>(() => Parse(block));
        Assert.Equal("invalid", rejection.Code);
        Assert.Contains(what, rejection.Message, StringComparison.Ordinal);
    }

    private static void Parse(byte[] block)
    {
        ByteCursor cursor = new(block, 0, swap: false);
        TracingData.ReadBlock(ref cursor);
    }
}

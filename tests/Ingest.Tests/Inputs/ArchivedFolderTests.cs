using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.Ctf;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;
using static ForkTrace.Ingest.Tests.Inputs.Packing;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>Recordings that are folders, in archives.</summary>
public sealed class ArchivedFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tar", "")]
    [InlineData("tar.gz", "./")]
    [InlineData("zip", "session-1/kernel/")]
    public void Ctf_is_read_like_its_folder(string packing, string below)
    {
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false), [.. RecordedEvent.All().Where(one => one.Name != "task_newtask")]);
        using EventTable expected = trace.Read();
        CheckAlike(expected, packing, FilesOf(trace.Path, below));
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("zip")]
    public void A_folder_of_perf_is_read_like_its_folder(string packing)
    {
        byte[] data = SampleRecordings.Bytes("formats/perf_file.data");
        _folder.Put("perf/data", data);
        _folder.Put("perf/data.0", []);
        using EventTable expected = TraceReader.Read(_folder.Of("perf"));
        CheckAlike(expected, packing, FilesOf(_folder.Of("perf"), "perf/"));
    }

    [Fact]
    public void Raw_pages_are_read_like_their_folder()
    {
        _folder.Put("raw/per_cpu/cpu0/trace_pipe_raw", new PageWriter().Event(5, EventTexts.ExitRecord(7)).Build(1000));
        _folder.Put("raw/per_cpu/cpu1/trace_pipe_raw", new PageWriter().Event(5, EventTexts.ExitRecord(8)).Build(2000));
        _folder.Put("raw/events/header_page", System.Text.Encoding.ASCII.GetBytes(EventTexts.HeaderPage(8, 4096)));
        _folder.Put("raw/events/sched/sched_process_exit/format", System.Text.Encoding.ASCII.GetBytes(EventTexts.Exit));
        using EventTable expected = TraceReader.Read(_folder.Of("raw"));
        Assert.Equal([7, 8], expected.Tids);
        CheckAlike(expected, "tar.gz", FilesOf(_folder.Of("raw"), "raw/"));
    }

    [Theory]
    [InlineData("../metadata")]
    [InlineData("a/../../metadata")]
    [InlineData("/metadata")]
    public void Names_that_lead_out_are_rejected(string name)
    {
        foreach (byte[] bytes in new[] { Zip(("metadata", "/* CTF 1.8 */"u8.ToArray()), (name, [1])), Tar(("metadata", [1]), (name, [1])) })
        {
            string path = _folder.Put("hostile", bytes);
            IngestException rejection = Assert.Throws<IngestException>(() => TraceReader.Read(path).Dispose());
            Assert.Equal("damaged_wrapping", rejection.Code);
            Assert.Contains(name, rejection.Message, StringComparison.Ordinal);
        }
    }

    private void CheckAlike(EventTable expected, string packing, (string Name, byte[] Bytes)[] files)
    {
        byte[] bytes = packing == "zip" ? Zip(files) : packing == "tar" ? Tar(files) : Gzip(Tar(files));
        using EventTable table = TraceReader.Read(_folder.Put("archive", bytes));
        Assert.Equal(Row.Of(expected), Row.Of(table));
        Assert.Equal(expected.Facts.Format, table.Facts.Format);
        Assert.Equal(("archive", bytes.Length), (table.Facts.Trace, table.Facts.SizeBytes));
        Assert.Equal(RecordingDigest.Of(bytes), table.Facts.Digest);
    }
}

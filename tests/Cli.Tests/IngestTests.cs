using ForkTrace.Cli.Commands;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

public sealed class IngestTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pthread.perf.data.zst", "pthread.arrow")]
    [InlineData("perf.data", "perf.arrow")]
    [InlineData("trace.dat", "trace.arrow")]
    [InlineData("trace.dat.gz", "trace.arrow")]
    [InlineData("odd.bin", "odd.bin.arrow")]
    [InlineData(".dat", ".dat.arrow")]
    [InlineData("UPPER.DAT", "UPPER.arrow")]
    public void Without_a_name_the_recordings_own_is_used(string recording, string output) =>
        Assert.Equal(output, EventFileName.Of(recording));

    [Fact]
    public void An_event_file_is_replaced_whole()
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        _folder.Put("out.arrow", SyntheticTrace.Random(1, 10, 1));
        Assert.Equal(0, Tool.Run(_folder.Path, "ingest", recording, "-o", "out.arrow").Code);
        Assert.Equal(["out.arrow"], _folder.Names);
        Assert.Contains("make.perf.data.zst", Tool.Run(_folder.Path, "inspect", "out.arrow").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_the_recording_is_not_written()
    {
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"), _folder.Of("make.perf.data.zst"));
        File.CreateSymbolicLink(_folder.Of("link.arrow"), _folder.Of("make.perf.data.zst"));
        ToolOutcome outcome = Tool.Run(_folder.Path, "ingest", "make.perf.data.zst", "-o", "link.arrow");
        Assert.Equal("forktrace: refusing to overwrite link.arrow: it is the input make.perf.data.zst of this run\n", outcome.Error);
        Assert.Equal(2, outcome.Code);
    }

    [Fact]
    public void A_device_is_not_written()
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        Assert.Equal(2, Tool.Run(_folder.Path, "ingest", recording, "-o", "/dev/null").Code);
        Assert.Empty(_folder.Names);
    }
}

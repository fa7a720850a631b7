using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>The same command gives the same bytes, with any number of threads, from the recording or its event file.</summary>
public sealed class DeterminismTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("replay")]
    [InlineData("replay", "--json")]
    [InlineData("inspect", "--json")]
    public void Runs_threads_and_event_files_do_not_matter(string command, params string[] rest)
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/prefork.perf.data.zst");
        Assert.Equal(0, Tool.Run(_folder.Path, "ingest", recording).Code);
        ToolOutcome first = Tool.Run(_folder.Path, [command, recording, .. rest]);
        Assert.Equal(0, first.Code);
        Assert.Equal(first, Tool.Run(_folder.Path, [command, recording, .. rest]));
        Assert.Equal(first, Tool.Run(_folder.Path, [command, recording, "--threads", "1", .. rest]));
        Assert.Equal(first, Tool.Run(_folder.Path, [command, recording, "--threads", "4", .. rest]));
        Assert.Equal(first, Tool.Run(_folder.Path, [command, "prefork.arrow", "--threads", "4", .. rest]));
    }

    [Fact]
    public void Event_files_are_the_same_bytes_at_any_number_of_threads()
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        Assert.Equal(0, Tool.Run(_folder.Path, "ingest", recording, "--threads", "1").Code);
        Assert.Equal(0, Tool.Run(_folder.Path, "ingest", recording, "--threads", "4", "-o", "four.arrow").Code);
        Assert.Equal(["four.arrow", "make.arrow"], _folder.Names);
        Assert.Equal(File.ReadAllBytes(_folder.Of("make.arrow")), File.ReadAllBytes(_folder.Of("four.arrow")));
    }

    [Fact]
    public void A_second_run_adds_a_run_with_the_same_rows()
    {
        string recording = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        ToolOutcome first = Tool.Run(_folder.Path, "run", recording);
        ToolOutcome second = Tool.Run(_folder.Path, "run", recording, "--threads", "1");
        Assert.Equal(first.Out, second.Out);
        Assert.EndsWith("run 1\n", first.Error, StringComparison.Ordinal);
        Assert.EndsWith("run 2\n", second.Error, StringComparison.Ordinal);
        const string Distinct =
            "SELECT count(*) AS rows, count(DISTINCT (cell, hits, misses, cost_mean_ns, cost_p99_ns, waiting_peak_bytes)) AS different "
            + "FROM history";
        Assert.Equal("rows,different\n14,7\n", Tool.Run(_folder.Path, "query", "results.duckdb", Distinct, "--format", "csv").Out);
    }
}

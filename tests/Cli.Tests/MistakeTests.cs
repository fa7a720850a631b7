using System.Text;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Every mistake gives one clear line on standard error and its exit code, no standard output, and leaves no files.</summary>
public sealed class MistakeTests : IDisposable
{
    private const int Usage = 2;
    private const int RecordingFailed = 125;
    private const int Rejected = 3;
    private readonly WorkFolder _folder = new();

    public MistakeTests()
    {
        _folder.Put("good.arrow", SyntheticTrace.Random(3, 50, 2));
        byte[] arrow = File.ReadAllBytes(_folder.Of("good.arrow"));
        byte[] recording = File.ReadAllBytes(RepositoryFiles.SampleTrace("native-6.18/shell.perf.data.zst"));
        _folder.Put("shell.perf.data.zst", recording);
        _folder.Put("empty", []);
        _folder.Put("foreign", Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat("no trace at all", 500))));
        _folder.Put("cut.arrow", arrow.AsSpan(0, arrow.Length / 2));
        _folder.Put("cut.perf.data.zst", recording.AsSpan(0, recording.Length / 2));
        byte[] tracedat = File.ReadAllBytes(RepositoryFiles.SampleTrace("vm-6.1/prefork.dat"));
        _folder.Put("cut.dat", tracedat.AsSpan(0, tracedat.Length / 2));
        _folder.Put("perf.data", "PERFILE2 and then nothing"u8);
        _folder.Put("model.json", """{ "name": "half" }"""u8);
        Directory.CreateDirectory(_folder.Of("folder"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Usage, "forktrace list needs one of formats, policies, cost-models (see forktrace list --help)", "list")]
    [InlineData(Usage, "there is no command 'replya'; did you mean replay? (see forktrace --help)", "replya", "good.arrow")]
    [InlineData(Usage, "'FILE' missing", "inspect")]
    [InlineData(Usage, "there is no option '--jsno' (a file of that name is ./--jsno) (see forktrace inspect --help)", "inspect", "--jsno")]
    [InlineData(Usage, "'extra'", "inspect", "good.arrow", "extra")]
    [InlineData(Usage, "there is no file 'missing'", "inspect", "missing")]
    [InlineData(Usage, "there is no file 'missing'", "ingest", "missing")]
    [InlineData(Usage, "there is no file 'missing'", "replay", "missing")]
    [InlineData(Usage, "there is no file 'missing'", "run", "missing")]
    [InlineData(Usage, "there is no file 'missing'", "query", "missing", "SELECT 1")]
    [InlineData(Rejected, "empty is empty", "ingest", "empty")]
    [InlineData(Rejected, "empty is empty", "inspect", "empty")]
    [InlineData(Rejected, "foreign: the input is not in a supported trace format", "ingest", "foreign")]
    [InlineData(Rejected, "foreign: the input is not in a supported trace format", "run", "foreign")]
    [InlineData(Rejected, "cut.arrow is not a whole event file", "replay", "cut.arrow")]
    [InlineData(Rejected, "cut.perf.data.zst cannot be unpacked", "run", "cut.perf.data.zst")]
    [InlineData(Rejected, "cut.dat: ", "run", "cut.dat")]
    [InlineData(Rejected, "perf.data: ", "ingest", "perf.data")]
    [InlineData(Rejected, "folder is a folder", "ingest", "folder")]
    [InlineData(Rejected, "good.arrow is an event file already", "ingest", "good.arrow", "-o", "other.arrow")]
    [InlineData(Usage, "there is no trace format 'nope'; known are ", "ingest", "foreign", "--format", "nope")]
    [InlineData(Usage, "--keep is 'some', but must be needed or all", "ingest", "shell.perf.data.zst", "--keep", "some")]
    [InlineData(Usage, "cannot write nowhere/x.arrow: the folder", "ingest", "shell.perf.data.zst", "-o", "nowhere/x.arrow")]
    [InlineData(Usage, "cannot write folder: it is a folder", "ingest", "shell.perf.data.zst", "-o", "folder")]
    [InlineData(Usage, "cannot write /proc/x.arrow: no file can be created", "ingest", "shell.perf.data.zst", "-o", "/proc/x.arrow")]
    [InlineData(Usage, "refusing to overwrite foreign: it is not an event file", "ingest", "shell.perf.data.zst", "-o", "foreign")]
    [InlineData(Usage, "it is the input shell.perf.data.zst of this run", "ingest", "shell.perf.data.zst", "-o", "./folder/../shell.perf.data.zst")]
    [InlineData(Usage, "there is no policy 'nope'; known policies: ", "replay", "good.arrow", "--policy", "nope")]
    [InlineData(Usage, "rcu-cache has no parameter 'slots'; it has capacity", "replay", "good.arrow", "--policy", "rcu-cache:slots=2")]
    [InlineData(Usage, "rcu-cache:capacity is -1, but must be 0 to 65536", "replay", "good.arrow", "--policy", "rcu-cache:capacity=-1")]
    [InlineData(Usage, "'two' in 'rcu-cache:capacity=two' is not a whole", "run", "good.arrow", "--policy", "rcu-cache:capacity=two")]
    [InlineData(Usage, "there is no cost model or file 'nope'", "replay", "good.arrow", "--cost-model", "nope")]
    [InlineData(Usage, "model.json has no 'operations'", "replay", "good.arrow", "--cost-model", "model.json")]
    [InlineData(Usage, "'-1'", "replay", "good.arrow", "--seed", "-1")]
    [InlineData(Usage, "--rcu-model: nocb names CPU 2, but synthetic has CPUs 0 to 1", "run", "good.arrow", "--rcu-model", "nocb=1-2")]
    [InlineData(Usage, "--rcu-model: on names CPU 5, but", "report", "html", "good.arrow", "-o", "p.html", "--rcu-model", "nocb=all,on=5")]
    [InlineData(Usage, "--threads is 0, but must be 1 to 1024", "replay", "good.arrow", "--threads", "0")]
    [InlineData(Usage, "'many'", "replay", "good.arrow", "--threads", "many")]
    [InlineData(Usage, "cannot write nowhere/r.duckdb: the folder", "run", "good.arrow", "--db", "nowhere/r.duckdb")]
    [InlineData(Usage, "cannot write folder: it is a folder", "run", "good.arrow", "--db", "folder")]
    [InlineData(Usage, "/proc/r.duckdb", "run", "good.arrow", "--db", "/proc/r.duckdb")]
    [InlineData(Usage, "--level is 'all', but must be standard or minimal or truth", "record", "--level", "all")]
    [InlineData(Usage, "--tool is 'dtrace', but must be auto or trace-cmd or perf or ftrace", "record", "--tool", "dtrace")]
    [InlineData(RecordingFailed, "", "record", "--exec")]
    [InlineData(RecordingFailed, "", "record", "--exec", "-o", "foreign", "--", "true")]
    [InlineData(RecordingFailed, "", "record", "--exec", "-o", "nowhere/x", "--", "true")]
    [InlineData(Rejected, "needs 100 hits and 100 misses of one kind", "calibrate", "shell.perf.data.zst", "-o", "new.json")]
    [InlineData(Rejected, "synthetic has no fork with kmem_cache_alloc", "calibrate", "good.arrow")]
    [InlineData(Usage, "refusing to overwrite foreign: it is not a cost model that calibrate wrote", "calibrate", "shell.perf.data.zst", "-o", "foreign")]
    [InlineData(Usage, "--page-allocation is -1, but must be 0 to 1000000000 ns", "calibrate", "good.arrow", "--page-allocation", "-1")]
    [InlineData(Usage, "refusing to overwrite foreign: it is not a DuckDB database", "run", "good.arrow", "--db", "foreign")]
    [InlineData(Rejected, "foreign is not a DuckDB database", "query", "foreign", "SELECT 1")]
    public void Every_mistake_is_one_line(int code, string expected, params string[] arguments)
    {
        string[] before = [.. _folder.Names];
        ToolOutcome outcome = Tool.Run(_folder.Path, [.. arguments.Where(argument => argument.Length > 0)]);
        Assert.StartsWith("forktrace: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.Equal(code, outcome.Code);
        Assert.Empty(outcome.Out);
        Assert.Equal(before, _folder.Names);
    }

    [Fact]
    public void Bad_sql_is_one_line_and_a_query_changes_nothing()
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "good.arrow").Code);
        byte[] before = File.ReadAllBytes(_folder.Of("results.duckdb"));
        foreach (string sql in (string[])["SELEC 1", "SELECT nothing FROM runs", "DROP TABLE runs", " ", "SELECT\n\n'open"])
        {
            ToolOutcome outcome = Tool.Run(_folder.Path, "query", "results.duckdb", sql);
            Assert.Equal(Usage, outcome.Code);
            Assert.StartsWith("forktrace: ", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
            Assert.Empty(outcome.Out);
        }

        Assert.Equal(before, File.ReadAllBytes(_folder.Of("results.duckdb")));
    }

    [Fact]
    public void A_file_of_facts_without_a_hash_cannot_be_kept()
    {
        using Events.EventColumns columns = new(0);
        columns.Complete(new Events.TraceFacts { Format = "none", Trace = "none" }, Events.CommTable.Empty);
        _folder.Put("nohash.arrow", columns);
        ToolOutcome outcome = Tool.Run(_folder.Path, "run", "nohash.arrow");
        Assert.Equal(Usage, outcome.Code);
        Assert.Contains("no digest", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("results.duckdb", _folder.Names);
    }

    [Fact]
    public void A_full_disk_under_standard_output_is_reported() =>
        Assert.Equal(
            "forktrace: standard output cannot be written: No space left on device\n2\n",
            Tool.Shell(_folder.Path, "$TOOL inspect good.arrow 2>&1 >/dev/full; echo $?").Out);
}

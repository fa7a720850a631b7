using System.Globalization;
using System.Text.RegularExpressions;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// Full and read-only disks. They are simulated with a tmpfs in a separate mount namespace (unshare(1), as root or if users may create
/// namespaces). The message names the user's file, and no incomplete file remains.
/// </summary>
public sealed class DiskTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public DiskTests()
    {
        _folder.Put("trace.arrow", SyntheticTrace.Random(3, 5000, 2));
        _folder.Put("load.perf.data.zst", File.ReadAllBytes(RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst")));
        Directory.CreateDirectory(_folder.Of("disk"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(16, "ingest load.perf.data.zst -o disk/n.arrow")]
    [InlineData(16, "export trace.arrow -o disk/n.csv")]
    [InlineData(16, "export trace.arrow -o disk/n.parquet")]
    [InlineData(16, "query base.duckdb 'FROM range(100000)' -o disk/n.csv")]
    [InlineData(16, "query base.duckdb 'FROM range(100000)' -o disk/n.json")]
    [InlineData(16, "query base.duckdb 'FROM range(100000)' -o disk/n.parquet")]
    [InlineData(16, "report html base.duckdb -o disk/n.html")]
    [InlineData(16, "synth bursts -o disk/n.arrow")]
    [InlineData(4, "run trace.arrow --db disk/n.duckdb")]
    [InlineData(300, "run trace.arrow --db disk/n.duckdb")]
    [InlineData(2000, "run trace.arrow --db disk/n.duckdb")]
    public void A_full_disk_is_told_by_the_users_file(int sizeKib, string line)
    {
        MakeBase(line);
        ToolOutcome outcome = OnDisk(sizeKib, $"$TOOL {line}; code=$?; ls -A disk >&2; exit $code");
        Match file = Regex.Match(line, @"disk/\S+");
        string[] lines = outcome.Error.TrimEnd('\n').Split('\n');
        Assert.True(outcome.Code == 2, $"{outcome.Code}: {outcome.Error}");
        Assert.StartsWith("forktrace: cannot ", lines[0], StringComparison.Ordinal);
        Assert.Contains(file.Value, lines[0], StringComparison.Ordinal);
        Assert.Contains("No space left on device", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("partial", outcome.Error, StringComparison.Ordinal);

        // A created database remains. The run is in its log if the message says so, otherwise nowhere.
        bool isLogged = lines[0].EndsWith("n.duckdb.wal, which must stay beside it", StringComparison.Ordinal);
        Assert.Empty(lines[1..].Except(isLogged ? ["n.duckdb", "n.duckdb.wal"] : (string[])["n.duckdb"]));
    }

    [Theory]
    [InlineData("ingest load.perf.data.zst -o disk/n.arrow")]
    [InlineData("export trace.arrow -o disk/n.parquet")]
    [InlineData("query base.duckdb 'FROM runs' -o disk/n.csv")]
    [InlineData("report html base.duckdb -o disk/n.html")]
    [InlineData("run trace.arrow --db disk/n.duckdb")]
    [InlineData("run trace.arrow --db r.duckdb --html disk/n.html")]
    [InlineData("ci --update-baseline --output disk/results")]
    public void A_read_only_disk_is_reported_before_the_work(string line)
    {
        MakeBase(line);
        File.WriteAllText(_folder.Of("forktrace.toml"), "traces = [\"load.perf.data.zst\"]\n");
        ToolOutcome outcome = OnDisk(1000, $"mount -o remount,ro disk && $TOOL {line}");
        Assert.Equal(2, outcome.Code);
        Assert.Matches($"^forktrace: cannot write {Regex.Match(line, @"disk/\S+").Value}: .*Read-only file system\n$", outcome.Error);
        Assert.DoesNotContain("r.duckdb", _folder.Names);
        Assert.DoesNotContain("forktrace-baseline.json", _folder.Names);
    }

    // With each size, the disk is full at another time: while the log is written, or when the log is merged into the file.
    [Fact]
    public void A_run_that_does_not_fit_leaves_the_runs_before_it()
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "trace.arrow", "--db", "base.duckdb").Code);
        int baseKib = (int)(new FileInfo(_folder.Of("base.duckdb")).Length / 1024);
        List<int> codes = [];
        foreach (int moreKib in (int[])[16, 256, 600, 1200, 6000])
        {
            ToolOutcome outcome = OnDisk(
                baseKib + moreKib,
                "cp base.duckdb disk/n.duckdb; $TOOL run trace.arrow --db disk/n.duckdb > /dev/null; code=$?; mount -o remount,size=100m disk; "
                + "$TOOL query disk/n.duckdb 'SELECT count(*) FROM runs' --format csv; exit $code");
            codes.Add(outcome.Code);
            string runs = Regex.Match(outcome.Out, @"\d+\n$").Value.Trim();
            Assert.True(outcome.Code is 0 or 2, outcome.Error);
            Assert.True(outcome.Code == 0 || Regex.IsMatch(outcome.Error, "^forktrace: cannot [^\n]*disk/n.duckdb[^\n]*No space left on device"), outcome.Error);
            Assert.True(runs == "2" || (outcome.Code == 2 && runs == "1"), $"{moreKib} KiB more: {runs} runs, {outcome.Error}");
        }

        Assert.Equal((2, 0), (codes[0], codes[^1]));
    }

    private void MakeBase(string line)
    {
        if (line.Contains("base.duckdb", StringComparison.Ordinal))
            Assert.Equal(0, Tool.Run(_folder.Path, "run", "trace.arrow", "--db", "base.duckdb").Code);
    }

    private ToolOutcome OnDisk(int sizeKib, string line)
    {
        string size = sizeKib.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(_folder.Of("on-disk.sh"), $"mount -t tmpfs -o size={size}k none disk || exit 77\n{line}\n");
        ToolOutcome outcome = Tool.Shell(_folder.Path, "unshare --mount --map-root-user bash on-disk.sh");
        Assert.True(outcome.Code != 77, $"this machine lets nobody mount a tmpfs: {outcome.Error}");
        return outcome;
    }
}

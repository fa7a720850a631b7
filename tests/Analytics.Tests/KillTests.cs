using System.Diagnostics;
using System.Globalization;
using ForkTrace.Analytics.Storage;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Analytics.Writer;

namespace ForkTrace.Analytics.Tests;

/// <summary>A process that is killed while it writes leaves only complete runs. While it runs, others get a message that it
/// writes.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Killed_in_the_middle_of_a_run_it_leaves_none()
    {
        using (Process writer = StartWriter(stopAtCell: Runs.Cells / 2))
            Kill(writer);
        using (ResultsDatabase reader = ResultsDatabase.OpenReadOnly(_folder.Database))
            Assert.Equal(0L, reader.Value("SELECT count(*) FROM results"));
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
            Assert.Equal(1, database.AddSmallRun());
        Assert.Equal(["results.duckdb"], _folder.FileNames);
    }

    [Theory]
    [InlineData(37)]
    [InlineData(211)]
    [InlineData(480)]
    public void Killed_at_any_time_it_leaves_whole_runs(int afterMs)
    {
        using (Process writer = StartWriter(stopAtCell: -1))
        {
            Thread.Sleep(afterMs);
            Kill(writer);
        }

        using ResultsDatabase database = ResultsDatabase.OpenReadOnly(_folder.Database);
        long runs = (long)database.Value("SELECT count(*) FROM runs")!;
        Assert.Equal(runs, database.Value("SELECT coalesce(max(id), 0) FROM runs"));
        Assert.Equal(runs * Runs.Cells, database.Value("SELECT count(*) FROM results"));
        Assert.Equal(runs * Runs.Cells, database.Value("SELECT count(*) FROM evidence"));
        Assert.Equal(runs * Runs.Cells * Runs.BucketsPerCell, database.Value("SELECT count(*) FROM latency_buckets"));
        Assert.Equal(runs * Runs.Cells * Runs.WindowsPerCell, database.Value("SELECT count(*) FROM series"));
        Assert.Equal(runs * Runs.Issues, database.Value("SELECT count(*) FROM import_issues"));
        Assert.Equal(runs == 0 ? 0L : Runs.Cells, database.Value("SELECT count(*) FROM cells"));
    }

    [Fact]
    public void While_a_process_writes_others_get_a_one_line_message()
    {
        using Process writer = StartWriter(stopAtCell: 0);
        string message = $"{_folder.Database} is in use by another process (PID {writer.Id}): wait until it ends, or give another file";
        Func<string, ResultsDatabase>[] ways = [ResultsDatabase.Open, ResultsDatabase.OpenReadOnly];
        foreach (Func<string, ResultsDatabase> open in ways)
        {
            ResultsDatabaseException fault = Assert.Throws<ResultsDatabaseException>(() => open(_folder.Database));
            Assert.Equal(message, fault.Message);
            Assert.Equal(ResultsFault.File, fault.Fault);
        }

        Kill(writer);
    }

    private static void Kill(Process writer)
    {
        writer.Kill();
        writer.WaitForExit();
    }

    private Process StartWriter(int stopAtCell)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                typeof(Runs).Assembly.Location, _folder.Database, stopAtCell.ToString(CultureInfo.InvariantCulture),
            },
        };
        Process writer = Process.Start(start)!;
        Assert.Equal("waiting", writer.StandardOutput.ReadLine());
        return writer;
    }
}

using System.Collections.Immutable;
using DuckDB.NET.Data;
using ForkTrace.Analytics.Fleet;
using ForkTrace.Analytics.Storage;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Events;
using ForkTrace.Events.Synthesis;
using ForkTrace.Replay.Engine;
using ForkTrace.TestKit;

namespace ForkTrace.Analytics.Tests.Fleet;

/// <summary>Results as Parquet: the same content gives the same files, and queries give the same results as a database with the same
/// runs.</summary>
public sealed class ResultsFolderTests : IDisposable
{
    private static readonly RunDescription s_run = new("1.0", "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Hosts => ["build-7", "a/b", "..", "10", "2024-01-01", "ü ’%\n", "__HIVE_DEFAULT_PARTITION__", "*?["];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_content_is_the_same_bytes_at_any_time_and_number_of_threads()
    {
        Add("one", seed: 1, threads: 1, run: s_run with { StartedAt = DateTimeOffset.UtcNow, Command = "this" });
        Add("other", seed: 1, threads: 4, run: s_run with { Command = "that", Commit = "c" });
        string[] files = Files("one");
        Assert.Equal(files, Files("other"));
        Assert.True(files.Length > 25, $"{files.Length} files");
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(_folder.File($"one/{file}")), File.ReadAllBytes(_folder.File($"other/{file}"))));

        // Another question gives other files, next to these.
        Add("one", seed: 1, policies: ["linux-4.9:capacity=7"]);
        Assert.Equal(2 * (files.Length - 1), Files("one").Length - 1);
    }

    [Fact]
    public void A_folder_reads_as_the_database_of_the_same_runs()
    {
        using (ResultsDatabase written = ResultsDatabase.Open(_folder.Database))
        {
            foreach (int seed in Enumerable.Range(1, 3))
            {
                RunFindings findings = RunFindings.Of(Trace(seed), Plan(1));
                written.AddRun(s_run, findings);
                ResultsFolder.Open(_folder.File("results")).Add(s_run, Plan(1), findings, $"host {seed % 2}");
            }
        }

        using ResultsDatabase database = ResultsDatabase.OpenReadOnly(_folder.Database);
        using ResultsDatabase folder = ResultsDatabase.OpenFolder(_folder.File("results"));
        string[] names = [.. database.ReadSchema().Select(relation => relation.Name).Where(name => name is not ("schema_version" or "runs"))];
        Assert.True(names.Length > 40, $"{names.Length} relations");
        Assert.All(names, name =>
        {
            ImmutableArray<SchemaColumn> columns = database.ReadSchema().Single(relation => relation.Name == name).Columns;
            string[] kept = [.. columns.Select(column => column.Name).Where(column => column is not ("run" or "started_at" or "ended_at" or "command" or "host"))];
            string sql = $"SELECT {string.Join(", ", kept)} FROM {name} ORDER BY ALL";
            Assert.Equal(database.Rows(sql), folder.Rows(sql));
        });
        Assert.Equal(["host 0|1", "host 1|2"], folder.Rows("SELECT host, count(*) FROM traces GROUP BY host ORDER BY host"));
        Assert.All(
            folder.ReadSchema().Where(relation => relation.Name is "results" or "traces" or "summary").SelectMany(relation => relation.Columns),
            column => Assert.NotEqual("", column.Description));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_host_is_read_as_it_was_given(string host)
    {
        Add("results", seed: 1, host: host);
        Assert.Equal(["forktrace.sql", Path.GetFileName(Directory.GetDirectories(_folder.File("results")).Single())],
            Directory.GetFileSystemEntries(_folder.File("results")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using ResultsDatabase folder = ResultsDatabase.OpenFolder(_folder.File("results"));
        Assert.Equal(host, folder.Value("SELECT DISTINCT host FROM summary"));
    }

    [Fact]
    public void Sql_reaches_the_folder_alone()
    {
        Add("results", seed: 1);
        Add("other", seed: 1);
        using ResultsDatabase folder = ResultsDatabase.OpenFolder(_folder.File("results"));
        Assert.Throws<ResultsDatabaseException>(() => folder.Query($"FROM '{_folder.File("other")}/host=*/recording=*/traces.parquet'").Dispose());
        Assert.Throws<ResultsDatabaseException>(() => folder.Query($"COPY (SELECT 1) TO '{_folder.File("x.csv")}'").Dispose());
    }

    [Fact]
    public void Any_DuckDB_reads_the_folder_by_the_file_of_views()
    {
        Add("results", seed: 1, host: "a/b");
        using DuckDBConnection connection = new("Data Source=:memory:");
        connection.Open();
        Execute(connection, $"SET file_search_path = '{_folder.File("results")}'");
        Execute(connection, File.ReadAllText(_folder.File("results/forktrace.sql")));
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT any_value(host) || ' ' || count(*) FROM summary";
        Assert.Equal("a/b 7", command.ExecuteScalar());

        // Runs again, as in a database that already has the views.
        Execute(connection, File.ReadAllText(_folder.File("results/forktrace.sql")));
    }

    [Fact]
    public void Many_writers_at_once_leave_one_whole_result()
    {
        RunFindings findings = RunFindings.Of(Trace(1), Plan(1));
        Parallel.For(0, 8, _ => ResultsFolder.Open(_folder.File("results")).Add(s_run, Plan(1), findings, "host"));
        string host = _folder.File("results/host=host");
        Assert.Single(Directory.GetFileSystemEntries(host));
        Add("alone", seed: 1, host: "host");
        Assert.Equal(Files("alone"), Files("results"));
    }

    [Fact]
    public void What_a_killed_process_left_goes_when_its_task_is_done()
    {
        string place = Add("results", seed: 1, host: "h");
        string name = Path.GetFileName(place);
        Directory.Delete(_folder.File($"results/{place}"), recursive: true);
        Directory.CreateDirectory(_folder.File($"results/host=h/.{name}.0123"));
        File.WriteAllText(_folder.File($"results/host=h/.{name}.0123/traces.parquet"), "PAR1");
        Directory.CreateDirectory(_folder.File("results/host=h/.recording=other.0123"));
        Add("results", seed: 1, host: "h");
        Assert.Equal([".recording=other.0123", name], Directory.GetFileSystemEntries(_folder.File("results/host=h")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_folder_of_something_else_is_rejected()
    {
        Directory.CreateDirectory(_folder.File("results"));
        File.WriteAllText(_folder.File("results/notes.txt"), "mine");
        string message = Assert.Throws<ResultsDatabaseException>(() => ResultsFolder.Open(_folder.File("results"))).Message;
        Assert.Contains("it holds notes.txt and no forktrace.sql that ForkTrace wrote", message, StringComparison.Ordinal);
        Assert.Throws<ResultsDatabaseException>(() => ResultsDatabase.OpenFolder(_folder.File("results")));

        File.WriteAllText(_folder.File("results/forktrace.sql"), "-- Results of ForkTrace as Parquet, version 3\n");
        foreach (Action open in (Action[])[() => ResultsFolder.Open(_folder.File("results")), () => ResultsDatabase.OpenFolder(_folder.File("results"))])
            Assert.Contains("has version 3 of the results schema", Assert.Throws<ResultsDatabaseException>(open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_results_yet_says_so()
    {
        ResultsFolder.Open(_folder.File("results"));
        string message = Assert.Throws<ResultsDatabaseException>(() => ResultsDatabase.OpenFolder(_folder.File("results"))).Message;
        Assert.Contains("holds no results yet", message, StringComparison.Ordinal);
    }

    private static EventTable Trace(int seed) => new SyntheticLoad { Shape = LoadShape.Independent, Forks = 300, Cpus = 3, Seed = seed }.Make();

    private static ReplayPlan Plan(int threads, params string[] policies) =>
        (policies.Length == 0 ? ReplayPlan.Default : Replays.Plan(policies)) with { Threads = threads };

    private string Add(string folder, int seed, int threads = 1, RunDescription? run = null, string? host = "host", string[]? policies = null)
    {
        ReplayPlan plan = Plan(threads, policies ?? []);
        return ResultsFolder.Open(_folder.File(folder)).Add(run ?? s_run, plan, RunFindings.Of(Trace(seed), plan), host).Place;
    }

    private string[] Files(string folder) =>
    [
        .. Directory.GetFiles(_folder.File(folder), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder.File(folder), file)).Order(StringComparer.Ordinal),
    ];

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

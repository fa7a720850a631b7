using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ForkTrace.Events;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests.Fleet;

/// <summary>Runs a fleet like a user: tasks that are killed, repeated, or run twice at the same time give the results of one
/// process.</summary>
public sealed partial class FleetTests(FleetTests.Recordings recordings) : IClassFixture<FleetTests.Recordings>
{
    private WorkFolder Folder => recordings.Folder;

    [Fact]
    public void Tasks_killed_and_repeated_give_what_one_process_gives_bit_for_bit()
    {
        Plan("killed.toml", "killed");
        Plan("alone.toml", "alone");
        int tasks = int.Parse(Run("fleet", "plan", "killed.toml", "--count").Out, CultureInfo.InvariantCulture);
        Assert.Equal(Recordings.Count + 1, tasks);

        // A killed task is pending, and --todo lists it. Running the listed tasks completes the rest.
        StartAndKill(TimeSpan.FromMilliseconds(700), "fleet", "task", $"1-{tasks}", "--plan", "killed.toml");
        StartAndKill(TimeSpan.FromMilliseconds(2500), "fleet", "task", $"1-{tasks}", "--plan", "killed.toml");
        const string Rest = "$TOOL fleet status killed.toml --todo | head -n 12 | timeout -s KILL 90 xargs -P 2 -n 3 $TOOL fleet task --threads 1 --plan killed.toml";
        ToolOutcome rest = Tool.Shell(Folder.Path, Rest);
        for (int round = 1; round < 30 && Left("killed.toml") > 1; round++)
            rest = Tool.Shell(Folder.Path, Rest);
        Assert.Contains("broken.arrow: ", rest.Error, StringComparison.Ordinal);
        StartAndKill(TimeSpan.FromMinutes(10), "fleet", "task", $"1-{tasks}", "--plan", "alone.toml");

        Assert.Equal(Files("alone"), Files("killed"));
        Assert.Empty(Directory.GetDirectories(Folder.Of("killed"), ".*", SearchOption.AllDirectories));
        Assert.Equal(Recordings.Count, Directory.GetFiles(Folder.Of("alone"), "results.parquet", SearchOption.AllDirectories).Length);
        using JsonDocument status = JsonDocument.Parse(Run("fleet", "status", "killed.toml", "--json").Out);
        Assert.Equal((Recordings.Count, 1, 0), (Number(status, "done"), Number(status, "failed"), Number(status, "pending")));
        Assert.Contains("broken.arrow", Run("fleet", "status", "killed.toml").Out, StringComparison.Ordinal);

        AssertSameRowsAsOneDatabase("killed");
        AssertReports("killed");
    }

    [Fact]
    public void A_task_may_run_twice_at_once_and_again()
    {
        Plan("twice.toml", "twice");
        ToolOutcome both = Tool.Shell(Folder.Path, "$TOOL fleet task 2-4 --plan twice.toml & $TOOL fleet task 2-4 --plan twice.toml && wait $!");
        Assert.True(both.Code == 0, both.Error);
        string[] once = Files("twice");
        Assert.Equal(3, once.Count(file => file.StartsWith("host=", StringComparison.Ordinal) && file.Contains("/traces.parquet", StringComparison.Ordinal)));
        ToolOutcome again = Run("fleet", "task", "3", "--plan", "twice.toml");
        Assert.Contains("done before", again.Out, StringComparison.Ordinal);
        Assert.Equal(once, Files("twice"));

        // Another question makes other tasks. Results that were removed are pending again.
        Directory.Delete(Directory.GetDirectories(Folder.Of("twice"), "recording=*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First(), recursive: true);
        Assert.Equal(Recordings.Count + 1 - 2, Left("twice.toml"));
        Plan("twice.toml", "twice", "seed = 7");
        Assert.Equal(Recordings.Count + 1, Left("twice.toml"));
    }

    [Fact]
    public void Slurm_with_tasks_requeued_and_killed_gives_what_one_process_gives()
    {
        string script = Path.Combine(RepositoryFiles.Root, "eng", "slurm", "test");
        ToolOutcome outcome = Tool.Shell(Folder.Path, $"'{script}' --tool $TOOL --recordings recordings", timeoutMs: 600_000);
        Assert.True(outcome.Code == 0, outcome.Out + outcome.Error);
        Assert.Contains($"{Recordings.Count} recordings: the results under Slurm are, byte for byte", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("5-3")]
    [InlineData("62")]
    [InlineData("x")]
    public void A_number_that_no_task_has_is_rejected(string number)
    {
        Plan("number.toml", "number");
        ToolOutcome outcome = Run("fleet", "task", number, "--plan", "number.toml");
        Assert.Equal(2, outcome.Code);
        Assert.Contains($"there is no task '{number}': the plan has tasks 1 to {Recordings.Count + 1}", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_writes_the_folder_and_what_reads_databases_reads_it()
    {
        string trace = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        using WorkFolder folder = new();
        Assert.Equal(0, Tool.Run(folder.Path, "run", trace, "--out", "results", "--host", "build/7").Code);
        Assert.Equal(["results"], folder.Names);
        Assert.Contains("build/7", Tool.Run(folder.Path, "report", "fleet", "results").Out, StringComparison.Ordinal);
        Assert.Equal("host\nbuild/7\n", Tool.Run(folder.Path, "query", "results", "SELECT DISTINCT host FROM summary", "--format", "csv").Out);
        Assert.Equal(0, Tool.Run(folder.Path, "compare", "results", "results").Code);
        Assert.Equal(2, Tool.Run(folder.Path, "query", "results", $"FROM '{trace}'").Code);
        Assert.Equal(2, Tool.Run(folder.Path, "run", trace, "--host", "x").Code);

        // Several recordings, a database and a page at once.
        string other = RepositoryFiles.SampleTrace("native-6.18/shell.perf.data.zst");
        ToolOutcome several = Tool.Run(folder.Path, "run", trace, other, "--out", "several", "--db", "several.duckdb", "--html", "page.html");
        Assert.True(several.Code == 0, several.Error);
        Assert.Equal(2, Directory.GetFiles(folder.Of("several"), "traces.parquet", SearchOption.AllDirectories).Length);
        Assert.Equal(0, Tool.Run(folder.Path, "run", trace, other, "--out", "several").Code);
    }

    [Fact]
    public void The_machine_may_stand_in_the_kernels_facts()
    {
        using WorkFolder folder = new();
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"), folder.Of("make.perf.data.zst"));
        File.WriteAllText(folder.Of("make.perf.data.kernel.json"), """{ "host": "from-facts" }""");
        Assert.Equal(0, Tool.Run(folder.Path, "replay", "make.perf.data.zst", "--out", "results").Code);
        Assert.True(Directory.Exists(folder.Of("results/host=from-facts")));
    }

    [Theory]
    [InlineData("formats/perf_file.data")]
    [InlineData("formats/perf_file.script.txt.zst", "guest-of-facts")]
    [InlineData("formats/v7_default.dat")]
    public void A_recording_names_its_machine_where_nobody_else_does(string trace, string? ofFacts = null)
    {
        using WorkFolder folder = new();
        string name = Path.GetFileName(trace);
        File.Copy(RepositoryFiles.SampleTrace(trace), folder.Of(name));
        if (ofFacts is not null)
            File.WriteAllText(folder.Of($"{name}.kernel.json"), $$"""{ "host": "{{ofFacts}}" }""");
        Assert.Equal(0, Tool.Run(folder.Path, "ingest", name, "-o", "events.arrow").Code);
        ToolOutcome replay = Tool.Run(folder.Path, "replay", "events.arrow", "--out", "results");
        Assert.True(replay.Code == 0, replay.Error);
        Assert.True(Directory.Exists(folder.Of($"results/host={ofFacts ?? "guest"}")));
        Assert.Equal(0, Tool.Run(folder.Path, "replay", "events.arrow", "--out", "results", "--host", "given").Code);
        Assert.True(Directory.Exists(folder.Of("results/host=given")));
    }

    [Fact]
    public void Commands_of_the_document_run()
    {
        string document = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "fleet.md"));
        using WorkFolder folder = new();
        Directory.CreateDirectory(folder.Of("recordings/node-1"));
        foreach (string name in (string[])["make", "shell"])
            File.Copy(RepositoryFiles.SampleTrace($"native-6.18/{name}.perf.data.zst"), folder.Of($"recordings/node-1/{name}.perf.data.zst"));
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"), folder.Of("load.perf.data.zst"));
        File.WriteAllText(folder.Of("fleet.toml"), document[(document.IndexOf("```toml\n", StringComparison.Ordinal) + 8)..].Split("```")[0]);
        string[] lines = [.. Block().Matches(document).SelectMany(block => block.Groups[1].Value.Split('\n')).Where(line => line.StartsWith("forktrace ", StringComparison.Ordinal))];
        Assert.True(lines.Length >= 10, $"{lines.Length} commands");
        Assert.All(lines, line =>
        {
            ToolOutcome outcome = Tool.Shell(folder.Path, line.Replace("forktrace ", "$TOOL ", StringComparison.Ordinal));
            Assert.True(outcome.Code == 0, $"{line}: {outcome.Error}");
        });
        string sql = Regex.Match(document, "```sql\n(SELECT.*?)```", RegexOptions.Singleline).Groups[1].Value;
        ToolOutcome rows = Tool.Run(folder.Path, "query", "results", sql, "--format", "csv");
        Assert.True(rows.Code == 0, rows.Error);
        Assert.Contains("node-1,", rows.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Polars_reads_the_folder_as_the_document_shows()
    {
        const string Version = "0.26.1";
        string document = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "fleet.md"));
        using WorkFolder folder = new();
        foreach (string name in (string[])["make", "shell", "fork"])
        {
            string trace = RepositoryFiles.SampleTrace($"native-6.18/{name}.perf.data.zst");
            Assert.Equal(0, Tool.Run(folder.Path, "run", trace, "--out", "results", "--host", name == "make" ? "10" : "b/c").Code);
        }

        // The package for this platform is named explicitly, because npm skips it if node is older than required.
        ToolOutcome npm = Tool.Shell(
            folder.Path,
            "npm install --prefix . --ignore-scripts --prefer-offline --no-audit --no-fund"
            + $" nodejs-polars@{Version} nodejs-polars-linux-$(node -p process.arch)-gnu@{Version}");
        Assert.True(npm.Code == 0, $"node and npm are needed: apt-get install nodejs npm\n{npm.Error}");
        File.WriteAllText(folder.Of("sums.js"), Regex.Match(document, "```js\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);
        ToolOutcome sums = Tool.Shell(folder.Path, "node sums.js");
        Assert.True(sums.Code == 0, sums.Error);
        const string Sql = "SELECT host, sum(hits)::BIGINT AS hits, sum(allocations)::BIGINT AS allocations FROM results GROUP BY host ORDER BY host";
        Assert.Equal(Tool.Run(folder.Path, "query", "results", Sql, "--format", "csv").Out, sums.Out);
    }

    private void AssertSameRowsAsOneDatabase(string results)
    {
        StartAndKill(TimeSpan.FromMinutes(10), ["run", .. recordings.Good, "--policy", "linux-5.18", "--policy", "rcu-cache", "--db", "one.duckdb"]);
        foreach (string table in (string[])["results", "cells", "comm_counts", "cpu_counts", "curve_points", "latency_buckets", "series", "traces", "evidence"])
        {
            // Only the run's number differs, and a folder also has machines.
            string columns = table is "cells" or "traces" ? "COLUMNS(c -> c NOT IN ('host', 'recording'))" : "COLUMNS(c -> c NOT IN ('run', 'host', 'recording'))";
            string sql = $"SELECT {columns} FROM {table} ORDER BY ALL";
            Assert.Equal(Run("query", "one.duckdb", sql, "--format", "csv").Out, Run("query", results, sql, "--format", "csv").Out);
        }
    }

    private void AssertReports(string results)
    {
        using JsonDocument rows = JsonDocument.Parse(Run("report", "fleet", results, "--json").Out);
        Assert.Equal(["node-0", "node-1", "node-2"], rows.RootElement.EnumerateArray().Select(row => row.GetProperty("host").GetString()).Distinct());

        // A simple, slow sum of one figure.
        string sql = "SELECT sum(hits) / sum(allocations) FROM summary WHERE host = 'node-1' AND policy = 'linux-5.18'";
        double expected = double.Parse(Run("query", results, sql, "--format", "csv").Out.Split('\n')[1], CultureInfo.InvariantCulture);
        JsonElement row = rows.RootElement.EnumerateArray().Single(
            one => one.GetProperty("host").GetString() == "node-1" && one.GetProperty("policy").GetString() == "linux-5.18");
        Assert.Equal(expected, row.GetProperty("hit_rate").GetDouble(), 12);
        Assert.InRange(row.GetProperty("best_capacity").GetInt32(), 1, 64);
        Assert.Equal(0, Run("report", "html", results, "-o", "fleet.html").Code);
        Assert.InRange(new FileInfo(Folder.Of("fleet.html")).Length, 50_000, 1_000_000);
    }

    private ToolOutcome Run(params string[] arguments) => Tool.Run(Folder.Path, arguments);

    private void Plan(string name, string output, string more = "") => File.WriteAllText(
        Folder.Of(name), $"traces = [\"recordings/*/*\"]\nhost = \"{{folder}}\"\noutput = \"{output}\"\npolicies = [\"linux-5.18\", \"rcu-cache\"]\n{more}\n");

    private int Left(string plan) => Run("fleet", "status", plan, "--todo").Out.Split('\n').Length - 1;

    // Kills the process if it has not ended after the time.
    private void StartAndKill(TimeSpan after, params string[] arguments)
    {
        ProcessStartInfo start = new("/bin/bash", ["-c", "exec \"$@\" > /dev/null 2>&1", "bash", Tool.Path, .. arguments]) { WorkingDirectory = Folder.Path };
        using Process process = Process.Start(start)!;
        if (!process.WaitForExit(after))
            process.Kill();
        process.WaitForExit();
    }

    private static int Number(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetInt32();

    // Name and content of all results, but not of the task records, which contain times.
    private string[] Files(string results) =>
    [
        .. Directory.GetFiles(Folder.Of(results), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder.Of(results), file))
            .Where(file => file[0] is not ('_' or '.'))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Folder.Of($"{results}/{file}"))))}"),
    ];

    [GeneratedRegex("\n\n```\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>Sixty recordings of three machines, shipped and generated, and a file that is not a recording.</summary>
    public sealed class Recordings : IDisposable
    {
        public const int Count = 60;

        private static readonly string[] s_shipped = ["make", "shell", "fork", "pthread"];

        public Recordings()
        {
            for (int number = 0; number < Count; number++)
            {
                string folder = $"recordings/node-{number % 3}";
                Directory.CreateDirectory(Folder.Of(folder));
                if (number < s_shipped.Length)
                {
                    string name = $"{folder}/{s_shipped[number]}.perf.data.zst";
                    File.Copy(RepositoryFiles.SampleTrace($"native-6.18/{s_shipped[number]}.perf.data.zst"), Folder.Of(name));
                    Good.Add(name);
                    continue;
                }

                string path = $"{folder}/{number:000}.arrow";
                EventFile.Write(
                    new Events.Synthesis.SyntheticLoad
                    {
                        Shape = (Events.Synthesis.LoadShape)(number % 4),
                        Forks = 300 + number,
                        Cpus = 2,
                        Seed = number,
                    }.Make(),
                    Folder.Of(path));
                Good.Add(path);
            }

            File.WriteAllText(Folder.Of("recordings/node-0/broken.arrow"), "no recording");
        }

        public WorkFolder Folder { get; } = new();

        /// <summary>Paths of the valid recordings, relative to the folder.</summary>
        public List<string> Good { get; } = [];

        public void Dispose() => Folder.Dispose();
    }
}

using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>compare and ci, used as in a workflow: exit codes, files, and the steps of action.yml and docs/ci.md in a shell.</summary>
public sealed class CiTests : IDisposable
{
    private const string Plan = """
        traces = ["traces/*.zst"]
        policies = ["linux-5.18", "pages-early", "rcu-cache:capacity=3"]
        capacities = [1, 2]
        [rules]
        hit_rate = "-0.5pp"
        cost_p99_ns = "+5%"
        """;

    private readonly WorkFolder _folder = new();

    public CiTests()
    {
        Directory.CreateDirectory(_folder.Of("traces"));
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"), _folder.Of("traces/make.perf.data.zst"));
        File.WriteAllText(_folder.Of("forktrace.toml"), Plan);
    }

    private string Baseline => _folder.Of("forktrace-baseline.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_baseline_is_made_kept_and_broken()
    {
        ToolOutcome without = Tool.Run(_folder.Path, "ci");
        Assert.Equal(2, without.Code);
        Assert.Contains("--update-baseline", without.Error, StringComparison.Ordinal);

        Assert.Equal(0, Tool.Run(_folder.Path, "ci", "--update-baseline").Code);
        string baseline = File.ReadAllText(Baseline);
        Assert.Equal(4, baseline.Split('\n').Count(line => line.Contains("\"policy\"", StringComparison.Ordinal)));
        ToolOutcome same = Tool.Run(_folder.Path, "ci");
        Assert.Equal(0, same.Code);
        Assert.Contains("passed: 8 limits kept; 4 shared cells, 0 figures changed", same.Out, StringComparison.Ordinal);
        string[] files = [.. Directory.GetFiles(_folder.Of("forktrace-results")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Equal(["comparison.json", "junit.xml", "report.html", "results.duckdb", "summary.md"], files);

        // A new baseline is the same file, byte for byte.
        Tool.Run(_folder.Path, "ci", "--update-baseline");
        Assert.Equal(baseline, File.ReadAllText(Baseline));

        // The plan no longer has the capacity with a good hit rate.
        File.WriteAllText(_folder.Of("forktrace.toml"), Plan.Replace("[1, 2]", "[1]", StringComparison.Ordinal));
        ToolOutcome broken = Tool.Run(_folder.Path, "ci");
        Assert.Equal(4, broken.Code);
        Assert.Contains("1 cell only in base: make.perf.data.zst linux-5.18:capacity=2", broken.Out, StringComparison.Ordinal);
        Assert.Contains("failures=\"2\"", File.ReadAllText(_folder.Of("forktrace-results/junit.xml")), StringComparison.Ordinal);
        string summary = File.ReadAllText(_folder.Of("forktrace-results/summary.md"));
        Assert.StartsWith("## ❌ ForkTrace: regressed: 2 of 8", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worse_hit_rate_fails_the_step_of_the_action()
    {
        Tool.Run(_folder.Path, "ci", "--update-baseline");
        string programs = Directory.CreateDirectory(_folder.Of("forktrace")).FullName;
        File.CreateSymbolicLink(Path.Combine(programs, "forktrace"), Tool.Path);
        string action = Block("action.yml", "      run: |", after: "    - name: Replay and judge");
        string variables = "export RUNNER_TEMP=$PWD GITHUB_STEP_SUMMARY=$PWD/summary CONFIG=forktrace.toml OUTPUT=out\n";
        Assert.Equal(0, Tool.Shell(_folder.Path, variables + action).Code);
        Assert.StartsWith("## ✅ ForkTrace: passed", File.ReadAllText(_folder.Of("summary")), StringComparison.Ordinal);

        string baseline = File.ReadAllText(Baseline);
        Assert.Contains("0.8476454293628809", baseline, StringComparison.Ordinal);
        File.WriteAllText(Baseline, baseline.Replace("0.8476454293628809", "0.8576454293628809", StringComparison.Ordinal));
        File.Delete(_folder.Of("summary"));
        ToolOutcome failed = Tool.Shell(_folder.Path, variables + action);
        Assert.Equal(4, failed.Code);
        Assert.StartsWith("## ❌ ForkTrace: regressed: 1 of 8", File.ReadAllText(_folder.Of("summary")), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_between_policies_need_no_baseline()
    {
        const string Toml = """
            traces = ["traces/*.zst"]
            policies = ["linux", "rcu-cache"]
            expect = ["rcu-cache.hit_rate >= linux.hit_rate - 50pp", 'best(*.hit_rate) == "linux"']
            """;
        File.WriteAllText(_folder.Of("forktrace.toml"), Toml);
        ToolOutcome kept = Tool.Run(_folder.Path, "ci");
        Assert.Equal(0, kept.Code);
        Assert.Contains("passed: 2 rules between policies kept", kept.Out, StringComparison.Ordinal);
        File.WriteAllText(_folder.Of("forktrace.toml"), Toml.Replace("50pp", "0.5pp", StringComparison.Ordinal));
        ToolOutcome broken = Tool.Run(_folder.Path, "ci");
        Assert.Equal(4, broken.Code);
        string[] expected =
        [
            "broken rule rcu-cache.hit_rate >= linux.hit_rate - 0.5pp",
            "linux-5.18:capacity=2 has hit_rate 84.765 % (84.765 % to 85.873 %)",
            "forks that missed, linux-5.18:capacity=2 against rcu-cache:capacity=",
        ];
        Assert.All(expected, line => Assert.Contains(line, broken.Out, StringComparison.Ordinal));
        Assert.Contains("\"verdict\": \"broken\"", File.ReadAllText(_folder.Of("forktrace-results/comparison.json")), StringComparison.Ordinal);
        File.WriteAllText(_folder.Of("forktrace.toml"), Toml.Replace("linux.hit_rate", "linx.hit_rate", StringComparison.Ordinal));
        ToolOutcome misspelt = Tool.Run(_folder.Path, "ci");
        Assert.Equal(2, misspelt.Code);
        Assert.Contains("no cell is called 'linx'", misspelt.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_of_another_engine_recording_or_policy_file_is_distinguished()
    {
        Tool.Run(_folder.Path, "ci", "--update-baseline");
        string baseline = File.ReadAllText(Baseline);
        string better = baseline.Replace("0.8476454293628809", "0.8576454293628809", StringComparison.Ordinal);
        Assert.Equal(4, Against(better).Code);
        ToolOutcome outdated = Against(better.Replace("\"engine_version\":", "\"engine_version\":1", StringComparison.Ordinal));
        Assert.Equal(5, outdated.Code);
        Assert.Contains("outdated: results changed with the engine: remake the baseline (1 of 4 cells)", outdated.Out, StringComparison.Ordinal);
        Assert.Equal(0, Against(baseline.Replace("\"engine_version\":", "\"engine_version\":1", StringComparison.Ordinal)).Code);

        File.WriteAllText(_folder.Of("own.cs"), PluginTests.Example());
        string plan = Plan.Replace("policies = [", "policy-file = [\"own.cs\"]\npolicies = [\"every-second\", ", StringComparison.Ordinal);
        File.WriteAllText(_folder.Of("forktrace.toml"), plan);
        Tool.Run(_folder.Path, "ci", "--update-baseline");
        File.AppendAllText(_folder.Of("own.cs"), "// Another file.\n");
        Assert.Contains("the file of policy every-second changed: sha256 ", Against(File.ReadAllText(Baseline)).Out, StringComparison.Ordinal);

        File.Copy(
            RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst"), _folder.Of("traces/make.perf.data.zst"), overwrite: true);
        File.WriteAllText(_folder.Of("forktrace.toml"), "traces = [\"traces/*.zst\"]\nbaseline = \"forktrace-baseline.json\"");
        ToolOutcome other = Against(baseline);
        Assert.Equal(4, other.Code);
        Assert.Contains("make.perf.data.zst: another recording than in base", other.Out, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_folder.Path, "ci", "--allow-other-recordings").Code);
        File.AppendAllText(_folder.Of("forktrace.toml"), "\nallow-other-recordings = true");
        Assert.Equal(0, Tool.Run(_folder.Path, "ci").Code);

        ToolOutcome Against(string text)
        {
            File.WriteAllText(Baseline, text);
            return Tool.Run(_folder.Path, "ci");
        }
    }

    [Fact]
    public void Compare_shows_ten_differences_and_counts_the_rest()
    {
        string trace = _folder.Of("traces/make.perf.data.zst");
        Tool.Run(_folder.Path, "replay", trace, "--seed", "1", "--policy", "rcu-cache:capacity=3", "--policy", "linux-5.18", "--db", "a.duckdb");
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst"), _folder.Of("other.zst"));
        Tool.Run(_folder.Path, "replay", "other.zst", "--seed", "1", "--policy", "rcu-cache:capacity=3", "--policy", "linux-5.18", "--db", "b.duckdb");
        string ten = Tool.Run(_folder.Path, "compare", "a.duckdb", "b.duckdb").Out;
        Assert.Equal(10, ten.Split('\n').Count(line => line.StartsWith(" other.zst", StringComparison.Ordinal)));
        Assert.Contains(" more figures differ, in 2 cells (--all shows them)", ten, StringComparison.Ordinal);
        string all = Tool.Run(_folder.Path, "compare", "a.duckdb", "b.duckdb", "--all").Out;
        Assert.True(all.Split('\n').Count(line => line.StartsWith(" other.zst", StringComparison.Ordinal)) > 60);
        Assert.DoesNotContain("--all", all, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_of_the_document_is_read()
    {
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "docs", "ci.md"));
        string[] plan = [.. lines.SkipWhile(line => line != "```toml").Skip(1).TakeWhile(line => line != "```")];
        File.WriteAllLines(_folder.Of("forktrace.toml"), plan);
        File.Copy(RepositoryFiles.SampleTrace("vm-6.1/prefork.dat"), _folder.Of("big.dat"));
        Assert.Equal(0, Tool.Run(_folder.Path, "ci", "--update-baseline").Code);
        Assert.Equal(12, File.ReadAllLines(Baseline).Count(line => line.Contains("\"policy\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Options_of_the_plan_are_those_of_run()
    {
        string toml = """
            traces = ["traces/*.zst"]
            policies = ["linux-5.18:capacity=1..2", "rcu-cache"]
            capacities = [3]
            seed = 7
            warmup = "5ms"
            start = "empty"
            rcu-model = "hz=1000,nocb=1,always"
            pins = "20%:2ms"
            topology = "two.nodes"
            vfree-delay = "1ms"
            cost-model = "costs.json"
            policy-file = ["own.cs"]
            reuse = false
            """;
        Directory.CreateDirectory(_folder.Of("guarded"));
        Directory.Move(_folder.Of("traces"), _folder.Of("guarded/traces"));
        File.WriteAllText(_folder.Of("guarded/forktrace.toml"), toml + "\n");
        File.WriteAllText(_folder.Of("guarded/two.nodes"), "0:0,1:1\n");
        File.WriteAllText(_folder.Of("guarded/own.cs"), PluginTests.Example());
        string model = Path.Combine(RepositoryFiles.Root, "src", "Replay", "Costs", "lwn-2016.json");
        File.WriteAllText(
            _folder.Of("guarded/costs.json"), File.ReadAllText(model).Replace("\"lwn-2016\"", "\"ours\"", StringComparison.Ordinal));
        string plugged = toml.Replace("\"rcu-cache\"", "\"rcu-cache\", \"every-second\"", StringComparison.Ordinal);
        File.WriteAllText(_folder.Of("guarded/forktrace.toml"), plugged);
        ToolOutcome made = Tool.Run(_folder.Path, "ci", "--config", "guarded/forktrace.toml", "--update-baseline");
        Assert.Equal("", string.Join('\n', made.Error.Split('\n').Where(line => line.StartsWith("forktrace:", StringComparison.Ordinal))));
        Assert.Equal(0, made.Code);
        string[] words =
        [
            "run", "guarded/traces/make.perf.data.zst", "--policy", "linux-5.18:capacity=1|2", "--policy", "rcu-cache:capacity=3",
            "--policy-file", "guarded/own.cs", "--policy", "every-second:capacity=3", "--seed", "7", "--warmup", "5ms", "--start", "empty",
            "--rcu-model", "hz=1000,nocb=1,always", "--pins", "20%:2ms", "--topology", "0:0,1:1", "--vfree-delay", "1ms",
            "--cost-model", "guarded/costs.json", "--db", "by-hand.duckdb",
        ];
        ToolOutcome run = Tool.Run(_folder.Path, words);
        Assert.Equal(0, run.Code);
        const string Rows = "SELECT * EXCLUDE (run) FROM summary ORDER BY ALL";
        string guarded = Tool.Run(_folder.Path, "query", "guarded/forktrace-results/results.duckdb", Rows, "--format", "csv").Out;
        Assert.Equal(5, guarded.TrimEnd('\n').Split('\n').Length);
        Assert.Equal(Tool.Run(_folder.Path, "query", "by-hand.duckdb", Rows, "--format", "csv").Out, guarded);
    }

    [Theory]
    [InlineData("baseline = \"traces/make.perf.data.zst\"", "it is an input of this run")]
    [InlineData("baseline = \"forktrace.toml\"", "it is the input forktrace.toml of this run")]
    [InlineData("baseline = \"notes.json\"", "it is not a baseline that ci wrote (use --force to replace it)")]
    [InlineData("baseline = \"forktrace-results/junit.xml\"", "which this run writes too")]
    [InlineData("output = \".\"", "/summary.md: it is not a summary that ci wrote (use --force to replace it)")]
    [InlineData("output = \"other\"", "other/results.duckdb: ")]
    [InlineData("output = \"notes.json\"", "it is a file, not a folder")]
    [InlineData("output = \"fifos\"", "fifos/comparison.json: it is a pipe")]
    public void Nothing_is_written_before_all_is_checked(string lines, string message)
    {
        File.WriteAllText(_folder.Of("forktrace.toml"), $"{lines}\n{Plan}");
        File.WriteAllText(_folder.Of("summary.md"), "mine");
        File.WriteAllText(_folder.Of("notes.json"), "{}");
        Directory.CreateDirectory(_folder.Of("other"));
        File.WriteAllText(_folder.Of("other/results.duckdb"), "12345678DUCK, and somebody else's");
        Assert.Equal(0, Tool.Shell(_folder.Path, "mkdir fifos && mkfifo fifos/comparison.json").Code);
        byte[] recording = File.ReadAllBytes(_folder.Of("traces/make.perf.data.zst"));
        string[] before = [.. Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        ToolOutcome outcome = Tool.Run(_folder.Path, "ci", "--update-baseline");
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.InRange(outcome.Code, 2, 3);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.Equal(recording, File.ReadAllBytes(_folder.Of("traces/make.perf.data.zst")));
        Assert.Equal(("mine", "{}"), (File.ReadAllText(_folder.Of("summary.md")), File.ReadAllText(_folder.Of("notes.json"))));
    }

    [Fact]
    public void Force_replaces_files_that_are_not_inputs()
    {
        File.WriteAllText(_folder.Of("forktrace.toml"), $"output = \".\"\n{Plan}");
        File.WriteAllText(_folder.Of("summary.md"), "mine");
        File.WriteAllText(_folder.Of("results.duckdb"), "12345678DUCK, and somebody else's");
        Assert.Equal(0, Tool.Run(_folder.Path, "ci", "--update-baseline", "--force").Code);
        Assert.Contains("ForkTrace: passed", File.ReadAllText(_folder.Of("summary.md")), StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_folder.Path, "ci").Code);
    }

    [Fact]
    public void A_rule_that_cannot_be_judged_leaves_the_baseline_as_it_was()
    {
        File.WriteAllText(_folder.Of("forktrace.toml"), Plan.Replace("hit_rate", "hit_rat", StringComparison.Ordinal));
        File.WriteAllText(Baseline, "{\"forktrace_baseline\":1, and the rest");
        ToolOutcome outcome = Tool.Run(_folder.Path, "ci", "--update-baseline");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("there is no metric 'hit_rat'", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("{\"forktrace_baseline\":1, and the rest", File.ReadAllText(Baseline));
    }

    [Theory]
    [InlineData("traces = [\"traces/*.zst\"]\npolices = [\"linux-5.18\"]", "there is no key 'polices'")]
    [InlineData("traces = [\"nosuch/*.zst\"]", "nothing is called nosuch/*.zst")]
    [InlineData("traces = []", "names no recording")]
    [InlineData("traces = \"traces/*.zst\"", "'traces' must be a list")]
    [InlineData("traces = [\"traces/*.zst\"]\npolicies = [\"nosuch\"]", "there is no policy 'nosuch'")]
    [InlineData("traces = [\"traces/*.zst\"]\ncost_model = \"lwn-2016\"", "there is no key 'cost_model'; there are traces, policies, ")]
    [InlineData("traces = [\"traces/*.zst\"]\nseed = -1", "forktrace.toml: seed: '-1' is not a whole number from 0 to")]
    [InlineData("traces = [\"traces/*.zst\"]\nseed = 0.5", "'seed' must be a text, a whole number, true or false")]
    [InlineData("traces = [\"traces/*.zst\"]\npins = \"often\"", "forktrace.toml: pins: 'often' must be a share")]
    [InlineData("traces = [\"traces/*.zst\"]\npins = true", "forktrace.toml: pins: one value of the form SHARE%:DURATION|CLASS=")]
    [InlineData("traces = [\"traces/*.zst\"]\npins = [\"1%:1ms\", \"2%:1ms\"]", "forktrace.toml: pins: one value of the form SHARE%:DURATION|CLASS=")]
    [InlineData("traces = [\"traces/*.zst\"]\nstart = \"warm\"", "forktrace.toml: start: 'warm' must be both or empty or full")]
    [InlineData("traces = [\"traces/*.zst\"]\nwarmup = \"1h\"", "forktrace.toml: warmup: '1h' is not a duration")]
    [InlineData("traces = [\"traces/*.zst\"]\ntopology = \"0:0\"", "forktrace.toml: topology: the topology names CPUs 0 to 0, but make.perf.data.zst has 2 CPUs")]
    [InlineData(
        "traces = [\"traces/*.zst\"]\nrcu-model = \"nocb=1-2\"", "forktrace.toml: rcu-model: nocb names CPU 2, but make.perf.data.zst has CPUs 0 to 1")]
    [InlineData("traces = [\"traces/*.zst\"]\ncapacities = [-1]", "'capacities' must be whole numbers")]
    [InlineData("traces = [", "forktrace.toml: ")]
    public void A_mistake_in_the_plan_is_one_line_and_exit_code_2(string plan, string message)
    {
        File.WriteAllText(_folder.Of("forktrace.toml"), plan);
        File.WriteAllText(Baseline, "");
        ToolOutcome outcome = Tool.Run(_folder.Path, "ci");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Compare_tells_a_regression_by_its_exit_code()
    {
        string trace = _folder.Of("traces/make.perf.data.zst");
        Tool.Run(_folder.Path, "replay", trace, "--policy", "linux-5.18:capacity=4", "--db", "a.duckdb");
        Tool.Run(_folder.Path, "replay", trace, "--policy", "linux-5.18:capacity=1", "--db", "b.duckdb");
        File.WriteAllText(_folder.Of("rules.toml"), "hit_rate = \"-1pp\"\n");
        Assert.Equal(0, Tool.Run(_folder.Path, "compare", "a.duckdb", "b.duckdb").Code);
        ToolOutcome gone = Tool.Run(_folder.Path, "compare", "a.duckdb", "b.duckdb", "--rules", "rules.toml", "--json");
        Assert.Equal(4, gone.Code);
        Assert.Contains("\"verdict\": \"missing\"", gone.Out, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_folder.Path, "compare", "a.duckdb", "a.duckdb", "--rules", "rules.toml").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "compare", "a.duckdb").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "compare", "a.duckdb", "--runs", "1").Code);
        Assert.Equal(3, Tool.Run(_folder.Path, "compare", "a.duckdb", "--runs", "1", "9").Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "compare", "a.duckdb", "nosuch.duckdb").Code);
    }

    [Fact]
    public void One_command_makes_a_page_out_of_a_recording()
    {
        string trace = _folder.Of("traces/make.perf.data.zst");
        ToolOutcome run = Tool.Run(_folder.Path, "run", trace, "--html", "report.html");
        Assert.Equal(0, run.Code);
        Assert.DoesNotContain("capacity=16", run.Out, StringComparison.Ordinal);
        string cells = Tool.Run(_folder.Path, "query", "results.duckdb", "SELECT count(*) FROM summary", "--format", "csv").Out;
        Assert.Equal("count_star()\n55\n", cells);
        Assert.Contains("linux-5.18", File.ReadAllText(_folder.Of("report.html")), StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_folder.Path, "report", "html", trace, "-o", "direct.html").Code);
        Assert.Equal(0, Tool.Run(_folder.Path, "report", "html", "results.duckdb", "-o", "direct.html", "--json").Code);

        // A file that is not a page is never replaced.
        Assert.Equal(2, Tool.Run(_folder.Path, "report", "html", "results.duckdb", "-o", trace).Code);
        Assert.Equal(2, Tool.Run(_folder.Path, "report", "html", "nosuch.duckdb").Code);
        Assert.DoesNotContain(_folder.Names, name => name.EndsWith(".new", StringComparison.Ordinal));
    }

    // The lines after the start line that are indented further.
    private static string Block(string file, string start, string after)
    {
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, file));
        int at = Array.IndexOf(lines, start, Array.IndexOf(lines, after));
        int indent = start.Length - start.TrimStart().Length;
        IEnumerable<string> block = lines.Skip(at + 1).TakeWhile(line => line.Length - line.TrimStart().Length > indent);
        return string.Join('\n', block.Select(line => line.Trim()));
    }
}

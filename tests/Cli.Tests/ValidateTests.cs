using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary><c>forktrace validate</c>: the output for scripts, and the exit codes.</summary>
public sealed class ValidateTests : IDisposable
{
    private static readonly string s_make = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
    private static readonly string s_prefork = RepositoryFiles.SampleTrace("vm-6.1/prefork.dat");
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_has_a_result_for_each_trace_policy_and_level()
    {
        JsonElement[] results =
            Results("validate", s_make, s_prefork, "--evidence", "all", "--policy", "linux", "--policy", "rcu-cache", "--json");
        string[] stock = ["fork-exit", "switch", "free", "alloc", "standard"];
        (string, string)[] expected =
        [
            .. Cells("make.perf.data.zst", stock), .. Cells("prefork.dat", [.. stock, "callbacks"]),
        ];
        Assert.Equal(expected, results.Select(result => (Text(result, "trace"), $"{Text(result, "evidence")} {Text(result, "policy")}")));
        foreach (JsonElement result in results)
        {
            long forks = result.GetProperty("forks").GetInt64();
            double agreement = result.GetProperty("agreement").GetDouble();
            long wrong = result.GetProperty("disagreements").EnumerateObject().Sum(cause => cause.Value.GetInt64());
            Assert.Equal(agreement, (double)(forks - wrong) / forks, 1e-12);
            Assert.Equal(
                ["initial_state", "migration", "allocation_order", "failed_fork", "rcu_time", "foreign_tasks"],
                result.GetProperty("disagreements").EnumerateObject().Select(cause => cause.Name));
            JsonElement confusion = result.GetProperty("confusion");
            Assert.Equal(forks, confusion.EnumerateObject().Sum(count => count.Value.GetInt64()));
            Assert.Equal(wrong, confusion.GetProperty("false_hits").GetInt64() + confusion.GetProperty("false_misses").GetInt64());
            AssertWithin(result, "agreement");
            AssertWithin(result, "true_hit_rate");
            Assert.InRange(result.GetProperty("predicted_hit_rate").GetDouble(), 0, 1);
        }
    }

    [Fact]
    public void Of_several_recordings_those_that_have_a_level_are_shown_at_it()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "validate", s_make, s_prefork, "--evidence", "callbacks", "--json");
        Assert.Equal(0, outcome.Code);
        JsonElement[] results = [.. JsonDocument.Parse(outcome.Out).RootElement.GetProperty("results").EnumerateArray()];
        Assert.Equal(["prefork.dat"], results.Select(result => Text(result, "trace")));
        Assert.Contains("make.perf.data.zst holds no callbacks of stacks", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_found_is_kept_in_a_database()
    {
        string[] command = ["validate", s_make, s_prefork, "--policy", "linux", "--policy", "rcu-cache", "--db", "found.duckdb", "--label", "one"];
        Assert.Equal(0, Tool.Run(_folder.Path, command).Code);
        JsonElement[] results = Results([.. command, "--json"]);
        JsonElement[] rows = Rows("report", "validation", "found.duckdb", "--json");
        Assert.Equal(
            results.Select(result => (Text(result, "trace"), Text(result, "policy"), result.GetProperty("agreement").GetDouble())).Order(),
            rows.Select(row => (Text(row, "trace"), Text(row, "policy"), row.GetProperty("agreement_share").GetDouble())).Order());
        JsonElement causes = Rows(
            "query", "found.duckdb", "SELECT sum(false_hits + false_misses) AS wrong, (SELECT sum(forks) FROM validation_causes) AS told FROM validations", "--json")[0];
        Assert.Equal(causes.GetProperty("wrong").GetInt64(), causes.GetProperty("told").GetInt64());
        Assert.Equal(8, Rows("query", "found.duckdb", "SELECT * FROM validations WHERE label = 'one'", "--json").Length);
    }

    private JsonElement[] Rows(params string[] arguments)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, arguments);
        Assert.Equal(0, outcome.Code);
        return [.. JsonDocument.Parse(outcome.Out).RootElement.EnumerateArray()];
    }

    [Fact]
    public void Without_a_policy_it_is_that_of_the_traces_own_kernel()
    {
        Assert.Equal("linux-5.18:capacity=2", Text(Results("validate", s_make, "--json")[0], "policy"));

        // A text has no kernel release, so the policy must be named.
        string text = RepositoryFiles.SampleTrace("vm-6.1/prefork.report_t_head.txt.zst");
        ToolOutcome outcome = Tool.Run(_folder.Path, "validate", text);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("the trace gives no kernel release: name a policy", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(_folder.Path, "validate", text, "--policy", "linux-5.18").Code);
    }

    [Fact]
    public void Conditions_that_are_not_the_default_are_used_and_told()
    {
        string plain = Tool.Run(_folder.Path, "validate", s_prefork).Out;
        Assert.DoesNotContain("rcu model", plain, StringComparison.Ordinal);
        string[] conditions = ["--rcu-model", "gp=100ms,always", "--pins", "50%:5ms", "--topology", "0:0,1:1", "--seed", "3"];
        string text = Tool.Run(_folder.Path, ["validate", s_prefork, .. conditions]).Out;
        Assert.StartsWith(
            "seed        3\nrcu model   hz=250,gp=100ms,always\npins        50%:5ms: modelled\ntopology    node0=0;node1=1\n",
            text,
            StringComparison.Ordinal);
        string markdown = Tool.Run(_folder.Path, ["validate", s_prefork, "--markdown", .. conditions]).Out;
        Assert.EndsWith(
            "\n\nReplayed under: seed `3`, rcu model `hz=250,gp=100ms,always`, pins `50%:5ms: modelled`, topology `node0=0;node1=1`.\n",
            markdown,
            StringComparison.Ordinal);
        JsonElement usual = Results("validate", s_prefork, "--json")[0];
        JsonElement changed = Results(["validate", s_prefork, "--json", .. conditions])[0];
        Assert.Equal(JsonValueKind.Null, usual.GetProperty("pins").ValueKind);
        Assert.Equal("50%:5ms", Text(changed, "pins"));
        Assert.Equal(3, changed.GetProperty("seed").GetInt64());
        Assert.NotEqual(usual.GetProperty("agreement").GetDouble(), changed.GetProperty("agreement").GetDouble());
        ToolOutcome narrow = Tool.Run(_folder.Path, "validate", s_prefork, "--topology", "0:0");
        Assert.Equal(2, narrow.Code);
        Assert.Contains("--topology: the topology names CPUs 0 to 0, but prefork.dat has 2 CPUs", narrow.Error, StringComparison.Ordinal);
        ToolOutcome wide = Tool.Run(_folder.Path, "validate", s_prefork, "--rcu-model", "nocb=2");
        Assert.Equal(2, wide.Code);
        Assert.Contains("--rcu-model: nocb names CPU 2, but prefork.dat has CPUs 0 to 1", wide.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("90", 0)]
    [InlineData("0.9", 0)]
    [InlineData("96", 4)]
    [InlineData("0.96", 4)]
    [InlineData("1", 4)]
    [InlineData("100", 4)]
    public void Below_the_agreement_asked_for_it_ends_with_4_and_the_results_are_there(string least, int code)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "validate", s_make, s_prefork, "--min-agreement", least, "--json");
        Assert.Equal(code, outcome.Code);
        Assert.Equal(2, JsonDocument.Parse(outcome.Out).RootElement.GetProperty("results").GetArrayLength());
        if (code != 0)
            Assert.Contains("prefork.dat under linux-5.18:capacity=2 agrees in 9", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("100.5")]
    public void An_agreement_that_cannot_be_is_rejected(string least)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "validate", s_make, "--min-agreement", least);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(
            $"--min-agreement is {least}, but must be a share from 0 to 1, or percent up to 100", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_without_truth_says_which_command_records_it()
    {
        ToolOutcome old = Tool.Run(_folder.Path, "validate", s_make, RepositoryFiles.SampleTrace("formats/perf_file.data"));
        Assert.Equal(3, old.Code);
        Assert.Empty(old.Out);
        Assert.Equal(
            "forktrace: perf_file.data does not show what its kernel did, hit or miss: its kernel is older than 6.2, so 'forktrace record' "
            + "records it at level truth with a kprobe on __vmalloc_node_range; probes of your own are read with a probe map "
            + "(docs/fidelity.md)\n",
            old.Error);
        SyntheticTrace trace = new();
        trace.Die(20, 0, trace.Fork(10, 0));
        _folder.Put("unknown.arrow", trace.ToTable());
        ToolOutcome unknown = Tool.Run(_folder.Path, "validate", "unknown.arrow");
        Assert.Contains("'forktrace record' records it as vmalloc:alloc_vmap_area", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_are_shown_event_by_event_around_the_fork()
    {
        string[] lines = Tool.Run(_folder.Path, "validate", s_prefork).Out.Split('\n');
        int[] heads =
            [.. Enumerable.Range(0, lines.Length).Where(line => lines[line].Contains(": fork of tid ", StringComparison.Ordinal))];
        Assert.Equal(2, heads.Length);
        string[] first = lines[(heads[0] + 1)..(heads[1] - 1)];
        Assert.InRange(first.Length, 13, 24);
        Assert.Contains(first, line => line.StartsWith('>') && line.Contains(" task_alloc ", StringComparison.Ordinal));
        Assert.Contains(first, line => line.StartsWith('>') && line.Contains(" newtask ", StringComparison.Ordinal));
        Assert.All(first, line => Assert.Contains(" us [00", line, StringComparison.Ordinal));

        // Shows one example of each cause; with several results none, unless requested.
        Assert.DoesNotContain(": fork of tid ", Tool.Run(_folder.Path, "validate", s_prefork, s_make).Out, StringComparison.Ordinal);
        string none = Tool.Run(_folder.Path, "validate", s_prefork, "--cases", "0").Out;
        Assert.DoesNotContain(": fork of tid ", none, StringComparison.Ordinal);
    }

    private static IEnumerable<(string, string)> Cells(string trace, IEnumerable<string> levels) =>
        levels.SelectMany(
            level => (string[])["linux-5.18:capacity=2", "rcu-cache:capacity=2"], (level, policy) => (trace, $"{level} {policy}"));

    private static string Text(JsonElement result, string member) => result.GetProperty(member).GetString()!;

    private static void AssertWithin(JsonElement result, string member)
    {
        JsonElement interval = result.GetProperty($"{member}_interval");
        Assert.InRange(result.GetProperty(member).GetDouble(), interval[0].GetDouble(), interval[1].GetDouble());
        Assert.True(interval[0].GetDouble() >= 0 && interval[1].GetDouble() <= 1);
    }

    private JsonElement[] Results(params string[] arguments) =>
        [.. JsonDocument.Parse(Tool.Run(_folder.Path, arguments).Out).RootElement.GetProperty("results").EnumerateArray()];
}

using System.Collections.Immutable;
using System.Xml.Linq;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Tests.Fixtures;

namespace ForkTrace.Analytics.Tests.Comparison;

/// <summary>Rules between policies: their meaning, and the messages for mistakes.</summary>
public sealed class PolicyRuleTests : IDisposable
{
    private static readonly ComparisonSide s_side = Side(
        Cell("make", "linux-6.19", 0.80, 200, asked: "linux"),
        Cell("make", "mine", 0.79, 300),
        Cell("make", "linux-5.18", 0.70, 250, "capacity=1"),
        Cell("make", "linux-5.18", 0.80, 250, "capacity=2"),
        Cell("bench", "linux-5.18", 0.50, 900, "capacity=1"),
        Cell("bench", "linux-5.18", 0.60, 800, "capacity=2", asked: "linux"),
        Cell("bench", "mine", 0.64, 300),
        Cell("bench", "linux-6.19", 0.60, 700));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mine.hit_rate >= linux.hit_rate - 0.5pp", "make broken", "bench pass")]
    [InlineData("mine.hit_rate >= linux.hit_rate - 1pp", "make pass", "bench pass")]
    [InlineData("mine.hit_rate>=linux.hit_rate-1pp", "make pass", "bench pass")]
    [InlineData("mine.hit_rate + 1pp > linux.hit_rate", "make broken", "bench pass")]
    [InlineData("over all: mine.hit_rate >= linux.hit_rate", "all 2 recordings pass")]
    [InlineData("over all: mine.hit_rate >= linux.hit_rate + 2pp", "all 2 recordings broken")]
    [InlineData("best(*.p99_ns) == \"linux\"", "make pass", "bench broken")]
    [InlineData("best(*.p99_ns) == \"linux-6.19\"", "make pass", "bench broken")]
    [InlineData("best(*.hit_rate) == \"linux-5.18:capacity=2\"", "make pass", "bench broken")]
    [InlineData("best(*.hit_rate) != \"mine\"", "make pass", "bench broken")]
    [InlineData("worst(*.hit_rate) == \"linux-5.18:capacity=1\"", "make pass", "bench pass")]
    [InlineData("over all: best(*.p99_ns) == \"mine\"", "all 2 recordings pass")]
    [InlineData("mine.cost_p99_ns <= best(linux-*.p99_ns) + 50%", "make pass", "bench pass")]
    [InlineData("mine.cost_p99_ns <= best(linux-*.p99_ns) + 49%", "make broken", "bench pass")]
    [InlineData("mine.cost_p99_ns <= 0.3us", "make pass", "bench pass")]
    [InlineData("mine.hit_rate >= 70%", "make pass", "bench broken")]
    [InlineData("linux-5.18:capacity=2.hit_rate - linux-5.18:capacity=1.hit_rate == 10pp", "make pass", "bench pass")]
    [InlineData("linux-5.18:capacity=?.hit_rate > 0", "ambiguous")]
    public void A_rule_is_judged_in_each_recording_or_over_all(string rule, params string[] expected)
    {
        if (expected is ["ambiguous"])
        {
            RuleException mistake = Assert.Throws<RuleException>(() => PolicyRule.Parse(rule).Judge(s_side));
            Assert.Contains(
                "'linux-5.18:capacity=?' stands for 2 cells of make (linux-5.18:capacity=1, linux-5.18:capacity=2)",
                mistake.Message,
                StringComparison.Ordinal);
            return;
        }

        Assert.Equal(expected, PolicyRule.Parse(rule).Judge(s_side).Select(verdict => $"{verdict.Scope} {verdict.Word}"));
    }

    [Fact]
    public void A_broken_rule_says_figures_ranges_and_misses()
    {
        ComparedCell full = Missing(Cell("make", "linux", 0.80, 200), 100, ("capacity", 5), ("cold", 15)) is { } cell
            ? cell with { Metrics = cell.Metrics.SetItem("starting_full_hit_rate", 0.82) }
            : null!;
        ComparedCell mine = Missing(Cell("make", "mine", 0.75, 300), 100, ("capacity", 10), ("cold", 15));
        PolicyVerdict verdict = Assert.Single(PolicyRule.Parse("mine.hit_rate >= linux.hit_rate - 1pp").Judge(Side(full, mine)));
        Assert.Equal(
            [
                "mine has hit_rate 75 %",
                "linux has hit_rate 80 % (80 % to 82 %)",
                "breaks the rule by 4 pp",
                "forks that missed, linux against mine: capacity 5.0 to 10.0 %",
            ],
            verdict.Lines());
        Assert.False(verdict.Margin!.IsOpen);

        // The uncertainty of the recording can decide.
        PolicyVerdict open = Assert.Single(PolicyRule.Parse("mine.hit_rate >= linux.hit_rate - 1pp")
            .Judge(Side(full, mine with { Metrics = mine.Metrics.SetItem("starting_full_hit_rate", 0.80) })));
        Assert.True(open.IsBroken);
        Assert.Contains("breaks the rule by 4 pp; the ranges overlap: what the recording leaves open may decide this", open.Lines());
    }

    [Fact]
    public void Over_repeats_the_intervals_are_Students_and_the_difference_is_taken_recording_by_recording()
    {
        double[] mine = [0.50, 0.55, 0.60];
        double[] other = [0.52, 0.58, 0.61];
        ComparisonSide side = Side([.. mine.Zip(other).SelectMany((pair, index) =>
            (ComparedCell[])[Cell($"r{index}", "mine", pair.First, 1), Cell($"r{index}", "other", pair.Second, 1)])]);
        PolicyVerdict verdict = Assert.Single(PolicyRule.Parse("over all: mine.hit_rate > other.hit_rate").Judge(side));
        Sample sample = new([.. mine]);
        Assert.Equal(sample.Mean, verdict.Figures[0].Value);
        Assert.Equal(sample.Mean - sample.HalfWidth!.Value, verdict.Figures[0].Low, 12);
        Sample differences = new([.. mine.Zip(other, (one, two) => one - two)]);
        Assert.Equal(differences.Mean, verdict.Margin!.Difference, 12);
        Assert.Equal(differences.HalfWidth!.Value, verdict.Margin.HalfWidth!.Value, 12);
        Assert.Equal(differences.HalfWidth >= Math.Abs(differences.Mean), verdict.Margin.IsOpen);
    }

    [Fact]
    public void What_has_no_answer_does_not_keep_a_rule()
    {
        ComparisonSide side = Side(
            Cell("make", "linux", 0.8, 200), Cell("make", "mine", null, null) with { Unmet = "the trace shows no fork" },
            Cell("bench", "linux", 0.8, 200), Cell("bench", "mine", 0.8, 200));
        Assert.Equal(
            ["make missing make mine has no hit_rate: the trace shows no fork", "bench pass "],
            PolicyRule.Parse("mine.hit_rate >= linux.hit_rate").Judge(side)
                .Select(verdict => $"{verdict.Scope} {verdict.Word} {verdict.Missing}"));
    }

    [Theory]
    [InlineData("mine.hit_rat > 0", "at character 6 ('h'): there is no figure 'hit_rat'; there are allocations")]
    [InlineData("mine > 0", "at character 1 ('m'): a policy and a figure are needed")]
    [InlineData("mine.hit_rate", "at the end: one of <= >= == != < > is needed")]
    [InlineData("mine.hit_rate = 1", "at character 15 ('='): one of <=")]
    [InlineData("mine.hit_rate > 1 2", "at character 19 ('2'): the rule should end")]
    [InlineData("mine.hit_rate > ", "at the end: a policy and a figure are needed")]
    [InlineData("mine.hit_rate > 1parsec", "at character 18 ('p'): there is no unit 'parsec'; there are %, pp, ns")]
    [InlineData("mine.hit_rate > 1.2.3", "at character 17 ('1'): '1.2.3' is no number")]
    [InlineData("mine.hits > 9999999999999999999", "at character 13 ('9'): an amount is 1E+18 at most")]
    [InlineData("mine.hit_rate > linux.p99_ns", "have different units")]
    [InlineData("mine.hit_rate + 5ns > 0", "at character 17 ('5'): a time cannot be added to a share")]
    [InlineData("best(mine.hit_rate > 0", "at character 20 ('>'): a ) is needed")]
    [InlineData("mine.hit_rate == \"mine\"", "a name is compared with one best(...) or worst(...)")]
    [InlineData("best(*.hit_rate) > \"mine\"", "at character 18 ('>'): a name is compared by == or !=")]
    [InlineData("best(*.hit_rate) == \"mine", "the name should end with \"")]
    [InlineData("best(*.hit_rate) == \"\"", "the name is empty")]
    [InlineData("1 > 0", "no policy is named")]
    [InlineData("", "at the end: a policy and a figure are needed")]
    public void A_mistake_in_a_rule_is_reported_with_its_place(string rule, string message) =>
        Assert.Contains(message, Assert.Throws<RuleException>(() => PolicyRule.Parse(rule)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("nosuch.hit_rate > 0", "*", "no cell is called 'nosuch'; there are linux-6.19, linux, mine, linux-5.18")]
    [InlineData("best(*.hit_rate) == \"nosuch\"", "*", "no cell is called 'nosuch'")]
    [InlineData("mine.hit_rate > 0", "nosuch*", "is for recordings called 'nosuch*', and there is none")]
    public void A_rule_that_names_something_missing_is_rejected(string rule, string trace, string message) =>
        Assert.Contains(message, Assert.Throws<RuleException>(() => PolicyRule.Parse(rule, trace).Judge(s_side)).Message, StringComparison.Ordinal);

    [Fact]
    public void Rules_stand_at_the_top_and_in_tables()
    {
        RuleSet rules = Rules("""
            expect = "mine.hit_rate > 0"
            [rules]
            expect = ["mine.hit_rate > 0.1", "mine.hit_rate > 0.2"]
            hit_rate = "-1pp"
            [[rule]]
            trace = "make*"
            expect = "mine.hit_rate > 0.3"
            """);
        Assert.Equal(["* mine.hit_rate > 0", "* mine.hit_rate > 0.1", "* mine.hit_rate > 0.2", "make* mine.hit_rate > 0.3"],
            rules.PolicyRules.Select(rule => $"{rule.Trace} {rule.Text}"));
        Assert.Single(rules.Rules);
        AssertRefused("[[rule]]\npolicy = \"mine\"\nexpect = \"mine.hit_rate > 0\"", "names its policies itself");
        AssertRefused("expect = [5]", "'expect' must be a list of texts");

        void AssertRefused(string text, string why) =>
            Assert.Contains(why, Assert.Throws<RuleException>(() => Rules(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_show_broken_rules_of_a_result_without_a_base()
    {
        JudgedComparison judged = JudgedComparison.Of(ResultComparison.Of(s_side), Rules("expect = \"mine.hit_rate >= linux.hit_rate\""));
        Assert.True(judged.IsRegressed);
        Assert.Equal("regressed: 1 of 2 rules between policies broken", judged.Headline());
        using StringWriter markdown = new();
        ComparisonMarkdown.Write(judged, markdown);
        Assert.Contains("| make | mine has hit&#95;rate 79 %<br>linux-6.19 has hit&#95;rate 80 %<br>", markdown.ToString(), StringComparison.Ordinal);
        using MemoryStream junit = new();
        ComparisonJunit.Write(judged, junit);
        junit.Position = 0;
        XElement suites = XDocument.Load(junit).Root!;
        Assert.Equal("1", suites.Attribute("failures")!.Value);
        Assert.Equal("mine has hit_rate 79 %; linux-6.19 has hit_rate 80 %", suites.Descendants("failure").Single().Attribute("message")!.Value);
    }

    private static ComparedCell Missing(ComparedCell cell, double forks, params (string Cause, double Misses)[] causes) => cell with
    {
        Metrics = cell.Metrics.SetItem("allocations", forks)
            .SetItems(new[] { "cold", "placement", "node", "rcu_delay", "capacity" }.Select(cause => KeyValuePair.Create(
                $"misses_{cause}", (double?)causes.FirstOrDefault(known => known.Cause == cause).Misses))),
    };

    private static ComparisonSide Side(params ComparedCell[] cells) => new("head", [.. cells], ["hit_rate", "cost_p99_ns"]);

    private static ComparedCell Cell(string trace, string policy, double? hitRate, double? p99Ns, string parameters = "", string? asked = null) =>
        new(
            $"{trace}/{policy}:{parameters}", trace, "xxh128:aaaa", policy, parameters, "lwn-2016", "0", "1.0", "A", null,
            ImmutableDictionary<string, double?>.Empty.Add("hit_rate", hitRate).Add("cost_p99_ns", p99Ns))
        {
            AskedFor = asked,
        };

    private RuleSet Rules(string text)
    {
        File.WriteAllText(_folder.File("rules.toml"), text);
        return RuleSet.Load(_folder.File("rules.toml"));
    }
}

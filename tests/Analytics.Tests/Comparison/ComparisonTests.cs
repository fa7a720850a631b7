using System.Collections.Immutable;
using System.Xml.Linq;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Storage;
using ForkTrace.Analytics.Tests.Fixtures;
using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Analytics.Tests.Comparison;

public sealed class ComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"forktrace_baseline":1,"metrics":["a","a"],"cells":[{CELL,"figures":[1,2]}]}""")]
    [InlineData("""{"forktrace_baseline":1,"metrics":[null],"cells":[{CELL,"figures":[1]}]}""")]
    public void A_baseline_whose_metrics_have_no_name_of_their_own_is_rejected(string text)
    {
        string[] members =
            ["cell", "trace", "trace_digest", "policy", "parameters", "cost_model", "seed", "version", "grade", "unmet"];
        string path = _folder.File("damaged.json");
        File.WriteAllText(
            path, text.Replace("CELL", string.Join(',', members.Select(name => $"\"{name}\":\"\"")), StringComparison.Ordinal));
        Assert.Contains(
            "no baseline", Assert.Throws<ResultsDatabaseException>(() => BaselineFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_with_an_escape_that_is_no_character_are_rejected()
    {
        string path = _folder.File("rules.toml");
        File.WriteAllBytes(path, [.. "hit_rate = \"\\"u8, 0xED, 0xA0, 0x80, .. "\"\n"u8]);
        Assert.Throws<RuleException>(() => RuleSet.Load(path));
        File.WriteAllText(path, "hit_rate = \"\\ud800\"\n");
        Assert.Throws<RuleException>(() => RuleSet.Load(path));
    }

    [Theory]
    [InlineData("-0.5pp", 0.850, 0.845, false)]
    [InlineData("-0.5pp", 0.850, 0.8449, true)]
    [InlineData("-0.5pp", 0.850, 0.990, false)]
    [InlineData("+5%", 1000, 1050, false)]
    [InlineData("+5%", 1000, 1051, true)]
    [InlineData("+5%", 1000, 10, false)]
    [InlineData("+5%", 0, 0, false)]
    [InlineData("+5%", 0, 1, true)]
    [InlineData("+5%", -100, -96, false)]
    [InlineData("+5%", -100, -94, true)]
    [InlineData("-10%", 200, 179, true)]
    [InlineData("+100", 5, 105, false)]
    [InlineData("+100", 5, 106, true)]
    [InlineData("+0", 5, 5.001, true)]
    [InlineData("-0", 5, 5.001, false)]
    [InlineData("-0%", 5, 4.999, true)]
    [InlineData("0", 5, 5, false)]
    [InlineData("0", 5, 5.0000001, true)]
    [InlineData("0", 5, 4.9999999, true)]
    public void A_limit_watches_its_own_direction(string limit, double before, double after, bool isExceeded) =>
        Assert.Equal(isExceeded, RuleLimit.Parse(limit).IsExceeded(before, after));

    [Theory]
    [InlineData("")]
    [InlineData("5%")]
    [InlineData("0.5pp")]
    [InlineData("+")]
    [InlineData("+five")]
    [InlineData("+5ms")]
    [InlineData("+1e400")]
    [InlineData("NaN")]
    public void What_is_no_limit_is_rejected(string text) => Assert.Throws<RuleException>(() => RuleLimit.Parse(text));

    [Fact]
    public void The_last_rule_that_covers_a_cell_counts()
    {
        RuleSet rules = Rules("""
            hit_rate = "-1pp"
            [[rule]]
            policy = "linux-*"
            parameters = "capacity=?"
            hit_rate = "-10pp"
            [[rule]]
            trace = "make*"
            policy = "linux-5.18"
            hit_rate = "-2pp"
            """);
        ResultComparison comparison = Compare(
            [Cell("make", "linux-5.18", 0.80), Cell("make", "linux-4.9", 0.80), Cell("make", "pages", 0.80, "")],
            [Cell("make", "linux-5.18", 0.77), Cell("make", "linux-4.9", 0.77), Cell("make", "pages", 0.77, "")]);
        Assert.Equal(
            ["linux-5.18 -2pp regressed", "linux-4.9 -10pp pass", "pages -1pp regressed"],
            rules.Judge(comparison).Select(verdict => $"{verdict.Cell.Policy} {verdict.Limit} {verdict.Word}"));
        Assert.Empty(rules.Idle(comparison));
    }

    [Fact]
    public void What_is_gone_is_a_regression_where_a_rule_watches_it()
    {
        RuleSet rules = Rules("hit_rate = \"-1pp\"");
        JudgedComparison judged = JudgedComparison.Of(
            Compare(
                [Cell("a", "x", 0.5), Cell("b", "x", 0.5), Cell("c", "x", 0.5)],
                [Cell("a", "x", 0.5), Cell("b", "x", null) with { Unmet = "the trace shows no fork" }, Cell("d", "x", 0.5)]),
            rules);
        Assert.Equal(["pass", "missing", "missing"], judged.Verdicts.Select(verdict => verdict.Word));
        Assert.True(judged.IsRegressed);
        Assert.Contains("b x:capacity=2: the trace shows no fork", judged.Notes);
        Assert.Contains("1 cell only in base: c x:capacity=2", judged.Notes);
        Assert.Contains("1 cell only in head: d x:capacity=2", judged.Notes);
    }

    [Fact]
    public void Another_recording_version_or_grade_is_reported()
    {
        ComparedCell before = Cell("a", "x", 0.5);
        ComparedCell after = before with { Id = "other", TraceDigest = "xxh128:ffff", Version = "2.0", Grade = "D" };
        ResultComparison comparison = Compare([before], [after]);
        Assert.Single(comparison.Pairs);
        Assert.Empty(comparison.Changes);
        Assert.Equal(
            [
                "replayed by different versions of ForkTrace: base 1.0, head 2.0",
                "a is another recording: xxh128:aaaa in base, xxh128:ffff in head",
                "a x:capacity=2: grade A in base, D in head",
            ],
            comparison.Notes);
    }

    [Fact]
    public void Digests_of_different_algorithms_do_not_tell_recordings_apart()
    {
        ComparedCell before = Cell("a", "x", 0.5) with { TraceDigest = "sha256:0123456789abcdef" };
        ResultComparison comparison = Compare([before], [Cell("a", "x", 0.5) with { Id = "other" }]);
        Assert.Single(comparison.Pairs);
        Assert.Equal(
            ["a may be another recording: sha256:0123456789ab in base and xxh128:aaaa in head are digests of two kinds"], comparison.Notes);
    }

    [Fact]
    public void Another_version_of_policy_or_engine_is_reported_and_other_conditions_are_another_question()
    {
        ComparedCell before = Cell("a", "x", 0.5) with { PolicyVersion = 1, EngineVersion = 3 };
        Assert.Equal(
            ["the replay engine has version 3 in base, 4 in head", "policy x has version 1 in base, 2 in head"],
            Compare([before], [before with { PolicyVersion = 2, EngineVersion = 4 }]).Notes);
        Assert.Equal(
            ["the replay engine has version unknown in base, 3 in head", "policy x has version unknown in base, 1 in head"],
            Compare([Cell("a", "x", 0.5)], [before]).Notes);
        Assert.Equal(
            [
                "a x:capacity=2: same recording and parameters, but the policy's file, the cost model's figures, the windows, or the machine's "
                    + "stack or page sizes are others",
            ],
            Compare([before], [before with { Id = "other" }]).Notes);
        ResultComparison apart = Compare([before], [before with { Id = "other", Conditions = "warmup_ns=5" }]);
        Assert.Empty(apart.Pairs);
        Assert.Contains("a x:capacity=2 is under other conditions, so another question:  in base, warmup_ns=5 in head", apart.Notes);
        ComparedCell pinned = before with { Conditions = "rcu_model=hz=250; pins=1%:1ms" };
        ResultComparison later = Compare([pinned], [pinned with { Id = "other", Conditions = $"{pinned.Conditions}; vfree_delay_ns=5" }]);
        Assert.Empty(later.Pairs);
        Assert.Contains(
            "a x:capacity=2 is under other conditions, so another question: rcu_model=hz=250; pins=1%:1ms in base, "
                + "rcu_model=hz=250; pins=1%:1ms; vfree_delay_ns=5 in head; only vfree_*_bytes depend on the vfree delay",
            later.Notes);
    }

    [Fact]
    public void A_changed_file_of_a_policy_or_cost_model_is_named()
    {
        ComparedCell before = Cell("a", "x", 0.5) with { PolicyOrigin = "0123456789abcdef", CostFingerprint = "aa" };
        Assert.Equal(
            ["the file of policy x changed: sha256 0123456789ab in base, sha256 fedc in head"],
            Compare([before], [before with { Id = "other", PolicyOrigin = "fedc" }]).Notes);
        Assert.Equal(
            ["the figures of cost model lwn-2016 changed"],
            Compare([before], [before with { Id = "other", CostFingerprint = "bb" }]).Notes);
        Assert.Equal(
            ["a x:capacity=2: same recording and parameters, but the windows, or the machine's stack or page sizes are others"],
            Compare([before], [before with { Id = "other" }]).Notes);
    }

    [Fact]
    public void Figures_of_another_engine_are_outdated_and_no_regression()
    {
        ComparedCell before = Cell("a", "x", 0.9) with { PolicyVersion = 1, EngineVersion = 3, PolicyOrigin = "" };
        ComparedCell worse = before with { Metrics = Figures(0.5) };
        RuleSet rules = Rules("hit_rate = \"-1pp\"");
        Assert.Equal(
            "outdated: results changed with the engine: remake the baseline (1 of 1 cell); 1 limit kept; 1 shared cell, 1 figure changed",
            Judged(worse with { EngineVersion = 4 }).Headline());
        Assert.Equal((false, true), Of(worse with { EngineVersion = 4 }));
        Assert.Equal((false, true), Of(worse with { PolicyVersion = 2 }));
        Assert.Equal((false, true), Of(worse with { EngineVersion = null }));
        Assert.Equal("outdated", Assert.Single(Judged(worse with { EngineVersion = 4 }).Verdicts).Word);

        // Another engine version with the same figures is only a note. With the same version, changes come from the user.
        Assert.Equal((false, false), Of(before with { EngineVersion = 4 }));
        Assert.Equal((true, false), Of(worse));

        // The version of a policy from a file comes from the user, like its behaviour.
        Assert.Equal((true, false), Of(worse with { Id = "other", PolicyVersion = 2, PolicyOrigin = "fedc" }));

        // A cell next to the outdated one is judged.
        JudgedComparison beside = JudgedComparison.Of(
            Compare([before, Cell("a", "y", 0.9)], [worse with { PolicyVersion = 2 }, Cell("a", "y", 0.5)]), rules);
        Assert.Equal(["outdated", "regressed"], beside.Verdicts.Select(verdict => verdict.Word));
        Assert.True(beside.IsRegressed && beside.IsOutdated);
        using MemoryStream junit = new();
        ComparisonJunit.Write(beside, junit);
        junit.Position = 0;
        XElement suites = XDocument.Load(junit).Root!;
        Assert.Equal(("1", "1", "1"), (suites.Attribute("failures")!.Value, suites.Attribute("errors")!.Value, suites.Attribute("skipped")!.Value));

        JudgedComparison Judged(ComparedCell after) => JudgedComparison.Of(Compare([before], [after]), rules);

        (bool, bool) Of(ComparedCell after) => (Judged(after).IsRegressed, Judged(after).IsOutdated);
    }

    [Fact]
    public void Another_recording_of_the_same_name_fails_where_it_is_forbidden()
    {
        ComparedCell before = Cell("a", "x", 0.5);
        JudgedComparison judged = JudgedComparison.Of(
            Compare([before], [before with { Id = "other", TraceDigest = "xxh128:ffff" }]), Rules("hit_rate = \"-1pp\""));
        Assert.False(judged.IsRegressed);
        JudgedComparison strict = judged.ForbidOtherRecordings();
        Assert.True(strict.IsRegressed);
        Assert.StartsWith("regressed: a: another recording than in base; 1 limit kept", strict.Headline(), StringComparison.Ordinal);
        ResultComparison untold = Compare([before], [before with { Id = "other", TraceDigest = "sha256:ff" }]);
        Assert.False(JudgedComparison.Of(untold, null).ForbidOtherRecordings().IsRegressed);
    }

    [Fact]
    public void Changes_that_matter_come_first()
    {
        ImmutableArray<string> metrics = ["hits", "misses_cold", "cost_p99_ns", "hit_rate", "cost_p50_ns"];
        ComparedCell before = Of(Cell("a", "x", null), 100, 10, 1000, 0.50, 100);
        ComparedCell after = Of(Cell("a", "x", null), 101, 90, 1100, 0.51, 400);
        ResultComparison comparison = ResultComparison.Of(new ComparisonSide("base", [before], metrics), new ComparisonSide("head", [after], metrics));
        Assert.Equal(
            ["cost_p99_ns", "hit_rate", "misses_cold", "cost_p50_ns", "hits"], comparison.RankedChanges().Select(change => change.Metric));

        ComparedCell Of(ComparedCell cell, params double[] figures) => cell with
        {
            Metrics = metrics.Zip(figures).ToImmutableDictionary(pair => pair.First, pair => (double?)pair.Second),
        };
    }

    [Fact]
    public void One_recording_on_each_side_is_compared_however_it_is_called()
    {
        ComparedCell before = Cell("before.dat", "x", 0.5);
        ComparedCell after = Cell("after.dat", "x", 0.25) with { TraceDigest = "xxh128:ffff" };
        ResultComparison comparison = Compare([before, Cell("before.dat", "y", 0.5)], [after]);
        Assert.Equal([(before, after)], comparison.Pairs.Select(pair => (pair.Base, pair.Head)));
        Assert.Equal(
            [
                "after.dat is held against before.dat: each side has one recording, and it is another",
                "1 cell only in base: before.dat y:capacity=2",
            ],
            comparison.Notes);

        // With several candidates, it is unknown which one is meant.
        Assert.Empty(Compare([before, Cell("third.dat", "x", 0.5)], [after]).Pairs);
        Assert.Empty(Compare([before], [after, Cell("third.dat", "x", 0.5)]).Pairs);
    }

    [Fact]
    public void What_broke_a_limit_says_which_misses_grew()
    {
        ComparedCell before = Missing(Cell("a", "x", 0.9), 1000, ("capacity", 60), ("placement", 25), ("cold", 15));
        ComparedCell after = Missing(Cell("a", "x", 0.5), 2000, ("capacity", 80), ("placement", 890), ("cold", 30));
        ComparedCell calm = Missing(Cell("a", "y", 0.9), 1000, ("capacity", 100));
        ComparedCell other = Missing(Cell("a", "y", 0.9), 1000, ("placement", 100));
        JudgedComparison judged = JudgedComparison.Of(Compare([before, calm], [after, other]), Rules("hit_rate = \"-1pp\""));
        IGrouping<ComparedCell, MissShift> reason = Assert.Single(judged.Reasons());
        Assert.Equal(after, reason.Key);
        Assert.Equal(["placement 2.5 to 44.5 %", "capacity 6.0 to 4.0 %"], reason.Select(shift => shift.ToString()));
        StringWriter markdown = new();
        ComparisonMarkdown.Write(judged, markdown);
        Assert.Contains(
            "* a x:capacity=2: forks that missed for placement 2.5 to 44.5 %, capacity 6.0 to 4.0 %\n",
            markdown.ToString(),
            StringComparison.Ordinal);

        // If causes are unknown, none is given.
        Assert.Empty(JudgedComparison.Of(Compare([Cell("a", "x", 0.9)], [after]), Rules("hit_rate = \"-1pp\"")).Reasons());
    }

    private static ComparedCell Missing(ComparedCell cell, double forks, params (string Cause, double Misses)[] causes) => cell with
    {
        Metrics = cell.Metrics.SetItem("allocations", forks)
            .SetItems(new[] { "cold", "placement", "node", "rcu_delay", "capacity" }.Select(cause => KeyValuePair.Create(
                $"misses_{cause}", (double?)causes.FirstOrDefault(known => known.Cause == cause).Misses))),
    };

    [Fact]
    public void A_limit_on_a_figure_that_base_lacks_is_reported()
    {
        ComparedCell before = Cell("a", "x", null);
        Assert.Equal(
            ["no cell of base that a rule covers has a figure hit_rate: nothing is guarded"],
            Rules("hit_rate = \"-1pp\"").Idle(Compare([before], [Cell("a", "x", 0.5)])));
    }

    [Fact]
    public void Every_figure_of_a_result_can_have_a_limit()
    {
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
        {
            database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct]);
            database.AddRun(Samples.Run, Samples.Facts, [Samples.Distinct with { Causes = new(62, 63, 64, 99, 66), Reuse = null }]);
        }

        using ResultsDatabase results = ResultsDatabase.OpenReadOnly(_folder.Database);
        ResultComparison comparison = ResultComparison.Of(
            ComparisonSide.Read(results, "base", 1), ComparisonSide.Read(results, "head", 2));
        string[] expected =
        [
            "misses_cold", "misses_rcu_delay", "cost_p999_ns", "release_cost_p99_ns", "stranded_peak_bytes", "vfree_mean_bytes",
            "address_space_purges", "cpu_seconds_per_million_forks", "hits_starting_full", "reuses_other_process", "reuse_p50_ns",
        ];
        Assert.Empty(expected.Except(comparison.Metrics));
        Assert.DoesNotContain("policy_version", comparison.Metrics);
        Assert.DoesNotContain("warmup_ns", comparison.Metrics);
        Assert.Equal("misses_rcu_delay", comparison.Changes[0].Metric);
        Assert.Equal(10, comparison.Changes.Length);
        Assert.Equal(
            ["misses_cold pass", "misses_rcu_delay regressed", "reuse_p50_ns missing"],
            Rules("misses_rcu_delay = \"+10%\"\nmisses_cold = \"0\"\nreuse_p50_ns = \"+5%\"").Judge(comparison)
                .Select(verdict => $"{verdict.Metric} {verdict.Word}"));
    }

    [Theory]
    [InlineData("hit_rat = \"-1pp\"", "there is no metric 'hit_rat'")]
    [InlineData("hit_rate = 5", "'hit_rate' must be a text")]
    [InlineData("hit_rate = \"-1pp\"\nhit_rate = \"-2pp\"", "hit_rate")]
    [InlineData("hit_rate = ", "(1,12)")]
    [InlineData("rule = 5", "'rule' must be tables")]
    public void A_mistake_in_the_rules_is_reported(string text, string message)
    {
        ResultComparison comparison = Compare([Cell("a", "x", 0.5)], [Cell("a", "x", 0.5)]);
        Assert.Contains(message, Assert.Throws<RuleException>(() => Rules(text).Judge(comparison)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_covers_nothing_is_reported() =>
        Assert.Equal(
            ["a rule covers no cell of base: trace 'nosuch', policy '*', parameters '*'"],
            Rules("[[rule]]\ntrace = \"nosuch\"\nhit_rate = \"0\"").Idle(Compare([Cell("a", "x", 0.5)], [Cell("a", "x", 0.5)])));

    [Fact]
    public void Two_runs_of_a_database_are_the_same_and_a_baseline_file_is_the_database()
    {
        using (ResultsDatabase database = ResultsDatabase.Open(_folder.Database))
        {
            database.AddSmallRun();
            database.AddSmallRun();
        }

        using ResultsDatabase results = ResultsDatabase.OpenReadOnly(_folder.Database);
        ComparisonSide first = ComparisonSide.Read(results, "first", 1);
        ComparisonSide latest = ComparisonSide.Read(results, "latest");
        Assert.Equal(10, first.Cells.Length);
        Assert.Empty(ResultComparison.Of(first, latest).Changes);
        Assert.Empty(ResultComparison.Of(first, latest).Notes);
        Assert.Throws<ResultsDatabaseException>(() => ComparisonSide.Read(results, "third", 3));

        string path = _folder.File("baseline.json");
        BaselineFile.Write(first, path);
        Assert.True(BaselineFile.IsBaseline(path));
        Assert.False(BaselineFile.IsBaseline(_folder.Database));
        ComparisonSide read = BaselineFile.Read(path);
        Assert.Equal(10, ResultComparison.Of(read, latest).Pairs.Length);
        Assert.Empty(ResultComparison.Of(read, latest).Changes);
        Assert.Empty(ResultComparison.Of(read, latest).Notes);
        string bytes = File.ReadAllText(path);
        Assert.Contains("\"trace_digest\":\"xxh128:5ma11\"", bytes, StringComparison.Ordinal);
        BaselineFile.Write(latest, path);
        Assert.Equal(bytes, File.ReadAllText(path));
    }

    [Fact]
    public void A_baseline_from_before_digests_named_their_algorithm_has_sha256()
    {
        string path = _folder.File("old.json");
        BaselineFile.Write(new ComparisonSide("old", [Cell("a", "x", 0.5)], ["hits", "hit_rate"]), path);
        File.WriteAllText(
            path, File.ReadAllText(path).Replace("\"trace_digest\":\"xxh128:", "\"trace_sha256\":\"", StringComparison.Ordinal));
        Assert.Equal("sha256:aaaa", Assert.Single(BaselineFile.Read(path).Cells).TraceDigest);
    }

    [Theory]
    [InlineData("""{"forktrace_baseline":1,"metrics":[],"cells":[{"cell":"x","trace":"a","trace_digest":null,"figures":[]}]}""")]
    [InlineData("{}")]
    [InlineData("{\"forktrace_baseline\":2}")]
    [InlineData("{\"forktrace_baseline\":1,\"metrics\":[\"a\"],\"cells\":[{\"cell\":\"x\",\"figures\":[]}]}")]
    [InlineData("{\"forktrace_baseline\":\"x\"}")]
    [InlineData("{")]
    public void What_is_no_baseline_is_rejected(string text)
    {
        File.WriteAllText(_folder.File("b.json"), text);
        Assert.Equal(ResultsFault.Content, Assert.Throws<ResultsDatabaseException>(() => BaselineFile.Read(_folder.File("b.json"))).Fault);
    }

    [Fact]
    public void Reports_hold_names_as_text()
    {
        const string Hostile = "a|b\n`<img src=x>`@all\u0001](http://x)";
        ComparedCell before = Cell(Hostile, "x", 0.5);
        ResultComparison comparison = Compare([before], [before with { Metrics = Figures(0.25) }]);
        JudgedComparison judged = JudgedComparison.Of(comparison, Rules("hit_rate = \"-1pp\""));
        using StringWriter markdown = new();
        ComparisonMarkdown.Write(judged, markdown);
        string row = markdown.ToString().Split('\n').First(line => line.Contains("regressed |", StringComparison.Ordinal));
        Assert.Equal(8, row.Count(letter => letter == '|'));
        Assert.DoesNotContain("<img", markdown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('@', markdown.ToString());
        Assert.Contains("50 % | 25 % | -1pp | regressed", row, StringComparison.Ordinal);

        using MemoryStream junit = new();
        ComparisonJunit.Write(judged, junit);
        junit.Position = 0;
        XElement suites = XDocument.Load(junit).Root!;
        Assert.Equal("1", suites.Attribute("failures")!.Value);
        Assert.Equal(
            "hit_rate was 50 %, is 25 %; limit -1pp", suites.Descendants("failure").Single().Attribute("message")!.Value);
    }

    [Fact]
    public void That_the_differences_of_2016_are_input_is_reported()
    {
        ComparedCell before = Cell("a", "x", 0.5) with { Metrics = Difference(100) };
        ComparedCell after = before with { Metrics = Difference(200) };
        const string Note = "difference_to_pages_ns rests on the prices of lwn-2016, which are input, not result";
        Assert.Contains(Note, OfDifferences(before, after).Notes);
        Assert.DoesNotContain(Note, OfDifferences(before with { CostModel = "mine" }, after with { CostModel = "mine" }).Notes);
        Assert.DoesNotContain(Note, OfDifferences(before, before).Notes);

        static ImmutableDictionary<string, double?> Difference(double ns) =>
            ImmutableDictionary<string, double?>.Empty.Add("difference_to_pages_ns", ns);

        static ResultComparison OfDifferences(ComparedCell one, ComparedCell other) => ResultComparison.Of(
            new ComparisonSide("base", [one], ["difference_to_pages_ns"]), new ComparisonSide("head", [other], ["difference_to_pages_ns"]));
    }

    private static ComparedCell Cell(string trace, string policy, double? hitRate, string parameters = "capacity=2") => new(
        $"{trace}/{policy}", trace, "xxh128:aaaa", policy, parameters, "lwn-2016", "0", "1.0", "A", null, Figures(hitRate));

    private static ImmutableDictionary<string, double?> Figures(double? hitRate) =>
        ImmutableDictionary<string, double?>.Empty.Add("hit_rate", hitRate).Add("hits", 100);

    private static ResultComparison Compare(ImmutableArray<ComparedCell> before, ImmutableArray<ComparedCell> after) => ResultComparison.Of(
        new ComparisonSide("base", before, ["hits", "hit_rate"]), new ComparisonSide("head", after, ["hits", "hit_rate"]));

    private RuleSet Rules(string text)
    {
        File.WriteAllText(_folder.File("rules.toml"), text);
        return RuleSet.Load(_folder.File("rules.toml"));
    }
}

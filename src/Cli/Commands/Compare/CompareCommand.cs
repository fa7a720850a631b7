using System.CommandLine.Parsing;
using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace compare</c>: compares two databases, or two runs of one, and checks rules if they are given.</summary>
internal static class CompareCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("compare", "Compare two results figure by figure; with rules, exit code 4 means a regression.")
        {
            Notes = () => ["Rules and their limits: docs/ci.md."],
            Examples =
            [
                "forktrace compare base.duckdb head.duckdb",
                "forktrace compare results.duckdb --runs 1 2",
                "forktrace compare before-1.dat before-2.dat before-3.dat -- after-1.dat after-2.dat after-3.dat",
                "forktrace compare base.duckdb head.duckdb --rules rules.toml --junit junit.xml --markdown",
            ],
        };
        Argument<string[]> sides = SharedOptions.Files(
            "BASE HEAD",
            "Two databases made by forktrace run, or baselines made by forktrace ci; BASE alone with --runs. With --, files of one load and "
            + "of another, recordings too: BASE... -- HEAD...");
        Option<long[]> runs = new("--runs")
        {
            Description = "Two runs of BASE instead of the latest results of two databases.",
            HelpName = "N N",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> rules = new("--rules") { Description = "TOML file of limits.", HelpName = "PATH" };
        Option<string?> junit = new("--junit") { Description = "Also write the verdicts as a JUnit report.", HelpName = "PATH" };
        Option<string[]> metrics = new("--metric")
        {
            Description = "A figure to compare over recordings, instead of hit_rate and cost_mean_ns; may be given several times.",
            HelpName = "NAME",
        };
        Option<bool> markdown = new("--markdown") { Description = "Write Markdown instead of text." };
        Option<bool> all = ComparisonText.All();
        Option<bool> json = SharedOptions.Json();
        command.Add(sides);
        foreach (Option option in new Option[] { runs, rules, metrics, markdown, all, json })
            command.Add(option);
        OutputOptions outputs = new(command, junit);
        command.SetAction(parsed =>
        {
            string[] files = parsed.GetRequiredValue(sides);
            if (SplitAt(parsed) is { } split)
                return CompareRepeats(files[..split], files[split..]);
            if (parsed.GetValue(metrics) is { Length: > 0 })
                throw new UsageException("--metric is for several recordings on each side: compare BASE... -- HEAD...");
            RuleSet? limits = parsed.GetValue(rules) is { } path ? RuleSet.Load(path) : null;
            OutputFile? report = parsed.GetValue(junit) is { } file ? outputs.Begin(parsed).Add(file, OutputForm.Junit) : null;
            JudgedComparison judged = Judge(files, parsed.GetValue(runs) ?? [], limits);
            report?.Write(stream => ComparisonJunit.Write(judged, stream));
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, ComparisonDocument.Of(judged), JsonDocuments.Default.ComparisonDocument);
            else if (parsed.GetValue(markdown))
                ComparisonMarkdown.Write(judged, terminal.Out, parsed.GetValue(all));
            else
                ComparisonText.Write(terminal, judged, parsed.GetValue(all));
            return (int)ComparisonText.ExitCodeOf(judged);

            int CompareRepeats(string[] before, string[] after)
            {
                if (before.Length == 0 || after.Length == 0)
                    throw new UsageException("put -- between the files of one load and those of the other: compare BASE... -- HEAD...");
                foreach (Option option in new Option[] { runs, rules, junit, markdown, all })
                {
                    if (parsed.GetResult(option) is { Implicit: false })
                        throw new UsageException($"{option.Name} is not for several recordings on each side");
                }

                ImmutableArray<string> figures =
                    parsed.GetValue(metrics) is { Length: > 0 } chosen ? [.. chosen] : RepeatedComparison.DefaultMetrics;
                RepeatedComparison comparison = RepeatedComparison.Of(RepeatedSides.Read(before), RepeatedSides.Read(after), figures);
                RepeatedComparisonDocument document = RepeatedComparisonDocument.Of(before, after, comparison);
                if (parsed.GetValue(json))
                    JsonOutput.Write(terminal, document, JsonDocuments.Default.RepeatedComparisonDocument);
                else
                    RepeatedComparisonText.Write(terminal, document);
                return (int)ExitCode.Success;
            }
        });
        return command;
    }

    /// <summary>One side of a comparison, from a database or a baseline file.</summary>
    public static ComparisonSide ReadSide(string path, long? run = null)
    {
        if (run is null && File.Exists(path) && BaselineFile.IsBaseline(path))
            return BaselineFile.Read(path);
        using ResultsDatabase database = ResultsFile.Open(path);
        string name = run is { } number ? string.Create(CultureInfo.InvariantCulture, $"{path} run {number}") : path;
        return ComparisonSide.Read(database, name, run);
    }

    // The number of files before --; null without --.
    private static int? SplitAt(ParseResult parsed)
    {
        int dashes = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Count();
        return dashes == parsed.Tokens.Count
            ? null
            : parsed.Tokens.Take(dashes).Count(token => token.Type == TokenType.Argument && IsFile(parsed, token));
    }

    // Skip the values of options.
    private static bool IsFile(ParseResult parsed, Token token) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().Any(result => result.Tokens.Any(given => ReferenceEquals(given, token)));

    private static JudgedComparison Judge(string[] files, long[] runs, RuleSet? limits)
    {
        using ProgressLine line = ProgressLine.Start();
        line.Progress?.Begin("comparing", "", 0);
        return JudgedComparison.Of(Compare(files, runs), limits);
    }

    private static ResultComparison Compare(string[] files, long[] runs) => (files, runs.Length) switch
    {
        ([string before, string after], 0) => ResultComparison.Of(ReadSide(before), ReadSide(after)),
        ([string both], 2) => ResultComparison.Of(ReadSide(both, runs[0]), ReadSide(both, runs[1])),
        ([_], 0) => throw new UsageException("compare takes two files, or one with --runs N N"),
        ([_], _) => throw new UsageException("--runs takes two numbers"),
        ([_, _], _) => throw new UsageException("--runs is for two runs of one database: leave HEAD out"),
        _ => throw new UsageException("compare takes two files; for several recordings on each side, put -- between: BASE... -- HEAD..."),
    };
}

using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace compare</c>: two databases, or two runs of one, under rules where given.</summary>
internal static class CompareCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("compare", "Compare two results figure by figure; with rules, exit code 4 tells of a regression.")
        {
            Notes = () => ["Rules and their limits: docs/ci.md.", ""],
            Examples =
            [
                "forktrace compare base.duckdb head.duckdb",
                "forktrace compare results.duckdb --runs 1 2",
                "forktrace compare base.duckdb head.duckdb --rules rules.toml --junit junit.xml --markdown",
            ],
        };
        Argument<string> before = SharedOptions.File("BASE", "A database made by forktrace run, or a baseline made by forktrace ci.");
        Argument<string?> after = new("HEAD") { Description = "Another one; left out with --runs.", Arity = ArgumentArity.ZeroOrOne };
        Option<long[]> runs = new("--runs")
        {
            Description = "Two runs of BASE instead of the latest results of two databases.",
            HelpName = "N N",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> rules = new("--rules") { Description = "TOML file of limits.", HelpName = "PATH" };
        Option<string?> junit = new("--junit") { Description = "Also write the verdicts as a JUnit report.", HelpName = "PATH" };
        Option<bool> markdown = new("--markdown") { Description = "Write Markdown instead of text." };
        Option<bool> json = SharedOptions.Json();
        command.Add(before);
        command.Add(after);
        foreach (Option option in new Option[] { runs, rules, junit, markdown, json })
            command.Add(option);
        command.SetAction(parsed =>
        {
            RuleSet? limits = parsed.GetValue(rules) is { } path ? RuleSet.Load(path) : null;
            OutputFile? report = parsed.GetValue(junit) is { } file ? OutputFile.At(file, OutputForm.Xml) : null;
            ResultComparison comparison = Compare(parsed.GetRequiredValue(before), parsed.GetValue(after), parsed.GetValue(runs) ?? []);
            JudgedComparison judged = JudgedComparison.Of(comparison, limits);
            report?.Write(stream => ComparisonJunit.Write(judged, stream));
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, ComparisonDocument.Of(judged), JsonDocuments.Default.ComparisonDocument);
            else if (parsed.GetValue(markdown))
                ComparisonMarkdown.Write(judged, terminal.Out);
            else
                ComparisonText.Write(terminal, judged);
            return (int)(judged.IsRegressed ? ExitCode.Regressed : ExitCode.Success);
        });
        return command;
    }

    /// <summary>One side out of a database or a baseline file.</summary>
    public static ComparisonSide ReadSide(string path, long? run = null)
    {
        if (run is null && File.Exists(path) && BaselineFile.IsBaseline(path))
            return BaselineFile.Read(path);
        using ResultsDatabase database = ResultsFile.Open(path);
        string name = run is { } number ? string.Create(CultureInfo.InvariantCulture, $"{path} run {number}") : path;
        return ComparisonSide.Read(database, name, run);
    }

    private static ResultComparison Compare(string before, string? after, long[] runs) => (after, runs.Length) switch
    {
        ({ } other, 0) => ResultComparison.Of(ReadSide(before), ReadSide(other)),
        (null, 2) => ResultComparison.Of(ReadSide(before, runs[0]), ReadSide(before, runs[1])),
        (null, 0) => throw new UsageException("compare takes two files, or one with --runs N N"),
        (null, _) => throw new UsageException("--runs takes two numbers"),
        _ => throw new UsageException("--runs is for two runs of one database: leave HEAD out"),
    };
}

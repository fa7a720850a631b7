using System.CommandLine;
using System.CommandLine.Completions;
using ForkTrace.Cli.Completion;
using ForkTrace.Cli.Streams;

namespace ForkTrace.Cli.Tests.Completion;

public sealed class CommandWordsTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData("record replay report run", "r")]
    [InlineData("cost-models formats policies", "list", "")]
    [InlineData("policies", "report", "pol")]
    [InlineData("bash fish powershell zsh", "completion", "")]
    [InlineData("build bursts", "synth", "b")]
    [InlineData("--start --strict", "run", "trace.dat", "--st")]
    [InlineData("--help --version", "-")]
    [InlineData("both empty full", "run", "--start", "")]
    [InlineData("--start=full", "run", "--start=f")]
    [InlineData("arrow arrow-stream csv parquet", "export", "trace.dat", "--as", "")]
    [InlineData("lwn-2016", "replay", "--cost-model", "lwn")]
    [InlineData("perf-script perf.data perfetto", "query", "results.duckdb", "SELECT 1", "--trace-format", "p")]
    [InlineData("pages-call-rcu pages-early pages-rcu", "report", "policies", "results.duckdb", "--policy", "pages")]
    [InlineData("linux-5.18", "run", "--policy", "linux-5")]
    [InlineData("linux-5.18:capacity=", "run", "--policy", "linux-5.18:")]
    [InlineData("--pid --pins --plugin --policy --policy-file --policy-memory --policy-timeout", "run", "--policy", "linux", "--p")]
    [InlineData("all alloc", "validate", "--evidence", "al")]
    public void Names_of_what_there_is_are_offered(string expected, params string[] words) => Assert.Equal(expected, Offered(words));

    [Theory]
    [InlineData("inspect", "")]
    [InlineData("run", "--db", "")]
    [InlineData("run", "--policy-file", "")]
    [InlineData("run", "--json", "")]
    [InlineData("run", "--cost-model", "./")]
    [InlineData("record", "--exec", "--", "--o")]
    [InlineData("run", "trace.dat", "other.dat", "")]
    [InlineData("run", "--json=")]
    [InlineData("run", "--nothing=")]
    public void Where_a_file_may_stand_nothing_is_offered(params string[] words) => Assert.Empty(Offered(words));

    [Fact]
    public void An_option_is_offered_once_unless_it_may_be_repeated()
    {
        Assert.Empty(Offered("run", "--html", "a.html", "--ht"));
        Assert.Equal("--comm --commit", Offered("run", "--comm", "make", "--comm"));
    }

    // Completion offers the words that help shows as A|B|C, so no option with fixed words can be forgotten.
    [Fact]
    public void Every_option_of_fixed_words_offers_these_words()
    {
        Option[] fixedWords =
        [
            .. ForkTraceTool.Commands.SelectMany(command => Family(command.Create(_terminal)))
                .SelectMany(command => command.Options)
                .Where(option => option.HelpName is { } shown && shown.Contains('|', StringComparison.Ordinal) && !shown.Any(char.IsUpper)),
        ];
        Assert.True(fixedWords.Length >= 10);
        Assert.All(fixedWords, option => Assert.Equal(
            option.HelpName!.Split('|').Order(), option.GetCompletions(CompletionContext.Empty).Select(item => item.Label).Order()));
    }

    [Fact]
    public void Candidates_stand_on_lines_of_their_own_with_descriptions_after_a_tab()
    {
        string[] lines = Tool.Run(Path.GetTempPath(), CommandWords.Directive, "list", "").Out.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("formats\tThe trace formats", lines[0], StringComparison.Ordinal);
    }

    private static IEnumerable<Command> Family(Command command) => command.Subcommands.SelectMany(Family).Prepend(command);

    private string Offered(params string[] words)
    {
        RootCommand root = [];
        foreach ((string _, Func<Terminal, Command> create) in ForkTraceTool.Commands)
            root.Add(create(_terminal));
        return string.Join(' ', CommandWords.Of(root, words).Select(item => item.Label).Order(StringComparer.Ordinal));
    }
}

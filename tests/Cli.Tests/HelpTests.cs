using ForkTrace.Analytics.Reports;
using ForkTrace.Cli.Rendering;
using ForkTrace.Cli.Streams;

namespace ForkTrace.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public static TheoryData<string> Commands =>
    [
        "", "run", "ingest", "inspect", "replay", "query", "compare", "ci", "fleet", "fleet plan", "fleet task", "fleet status", "validate", "record", "calibrate", "learn", "learn policy", "learn cluster", "list", "list formats",
        "list policies", "list cost-models", "report", "report html", "policy", "policy check", "synth", "mcp", "completion",
        .. ReportCatalog.All.Select(report => $"report {report.Name}"),
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_describes_the_command_and_ends_with_examples_that_name_it(string command)
    {
        ToolOutcome help = Tool.Run(_folder.Path, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(0, help.Code);
        Assert.Empty(help.Error);
        Assert.StartsWith("Description:\n  ", help.Out, StringComparison.Ordinal);
        string[] afterExamples = help.Out.Split("\nExamples:\n");
        Assert.Equal(2, afterExamples.Length);
        string[] examples = afterExamples[1].TrimEnd('\n').Split('\n');
        Assert.All(examples, example => Assert.StartsWith($"  forktrace {command}".TrimEnd(), example, StringComparison.Ordinal));
    }

    [Fact]
    public void Defaults_of_options_are_reported()
    {
        string help = Tool.Run(_folder.Path, "run", "--help").Out;
        Assert.Contains("--db PATH ", help, StringComparison.Ordinal);
        Assert.Contains(" [results.duckdb]\n", help, StringComparison.Ordinal);
        Assert.Contains(" [lwn-2016]\n", help, StringComparison.Ordinal);
        Assert.Contains("Policies and their parameters: forktrace list policies.", help, StringComparison.Ordinal);
    }

    // Two screens with 25 lines of 80 columns.
    [Theory]
    [InlineData("run")]
    [InlineData("replay")]
    [InlineData("")]
    public void Help_fits_two_screens(string command)
    {
        ToolOutcome help = Tool.Run(_folder.Path, 80, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        string[] lines = help.Out.TrimEnd('\n').Split('\n');
        Assert.InRange(lines.Length, 10, 50);
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void All_of_an_option_is_shown_on_request()
    {
        const string Rest = "without the second replay";
        Assert.DoesNotContain(Rest, Tool.Run(_folder.Path, "run", "--help").Out, StringComparison.Ordinal);
        string wide = string.Join(' ', Tool.Run(_folder.Path, "run", "--help", "--wide").Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(Rest, wide, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_alone_shows_the_commands_that_matter()
    {
        ToolOutcome alone = Tool.Run(_folder.Path, 80);
        Assert.Equal(0, alone.Code);
        Assert.Equal(
            ["record", "inspect", "run", "query", "report", "compare"],
            alone.Out.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ').Select(line => line.Trim().Split(' ')[0]));
        Assert.InRange(alone.Out.Split('\n').Length, 10, 25);
    }

    [Fact]
    public void Commands_are_shown_by_task()
    {
        string help = Tool.Run(_folder.Path, "--help").Out;
        int last = 0;
        foreach (CommandTask task in CommandTask.All)
        {
            int place = help.IndexOf($"\n{task.Task}:\n  {task.Commands[0]} ", StringComparison.Ordinal);
            Assert.True(place > last, task.Task);
            last = place;
        }

        Assert.All(ForkTraceTool.Commands, command => Assert.Contains($"\n  {command.Name} ", help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ingst", "ingest")]
    [InlineData("repaly", "replay")]
    [InlineData("comprae", "compare")]
    [InlineData("validate2", "validate")]
    [InlineData("xyz", null)]
    public void A_misspelt_command_gets_a_suggestion(string typed, string? meant)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, typed, "trace.dat");
        string suggestion = meant is null ? "" : $"; did you mean {meant}?";
        Assert.Equal($"forktrace: there is no command '{typed}'{suggestion} (see forktrace --help)\n", outcome.Error);
        Assert.Equal(2, outcome.Code);
    }

    [Fact]
    public void So_does_a_misspelt_command_of_a_command_and_an_option()
    {
        Assert.Equal(
            "forktrace: there is no command 'polices'; did you mean policies? (see forktrace list --help)\n",
            Tool.Run(_folder.Path, "list", "polices").Error);
        Assert.Equal(
            "forktrace: there is no option '--jsno'; did you mean --json? (see forktrace list formats --help)\n",
            Tool.Run(_folder.Path, "list", "formats", "--jsno").Error);
    }

    // The first argument selects the command to create. A name in the list that is not the command's name would create none.
    [Fact]
    public void Every_command_has_the_name_that_it_is_listed_by()
    {
        using Terminal terminal = new();
        Assert.All(ForkTraceTool.Commands, command => Assert.Equal(command.Name, command.Create(terminal).Name));
    }

    [Fact]
    public void Every_command_takes_json()
    {
        IEnumerable<string> names = Commands.Select(row => row.Data);
        foreach (string command in names.Where(name => name.Length > 0 && name is not ("list" or "report" or "policy" or "mcp" or "completion" or "learn" or "fleet" or "fleet task")))
            Assert.Contains("--json", Tool.Run(_folder.Path, [.. command.Split(' '), "--help"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_is_one_line()
    {
        ToolOutcome version = Tool.Run(_folder.Path, "--version");
        Assert.Equal(0, version.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", version.Out);
    }
}

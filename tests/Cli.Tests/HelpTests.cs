using ForkTrace.Analytics.Reports;
using ForkTrace.Cli.Streams;

namespace ForkTrace.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public static TheoryData<string> Commands =>
    [
        "", "run", "ingest", "inspect", "replay", "query", "compare", "ci", "validate", "record", "calibrate", "learn", "learn policy", "learn cluster", "list", "list formats",
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
    public void Defaults_of_options_and_of_policy_parameters_are_told()
    {
        string help = Tool.Run(_folder.Path, "run", "--help").Out;
        Assert.Contains("--db <PATH>", help, StringComparison.Ordinal);
        Assert.Contains("[default: results.duckdb]", help, StringComparison.Ordinal);
        Assert.Contains("[default: lwn-2016]", help, StringComparison.Ordinal);
        Assert.Contains("* linux-5.18 ", help, StringComparison.Ordinal);
        Assert.Contains(":capacity=N  stacks that each CPU may keep [default: 2; 0 to 65536 stacks]", help, StringComparison.Ordinal);
    }

    // The first argument says which command is made: a name in the list that is not the command's own would make none.
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
        foreach (string command in names.Where(name => name.Length > 0 && name is not ("list" or "report" or "policy" or "mcp" or "completion")))
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

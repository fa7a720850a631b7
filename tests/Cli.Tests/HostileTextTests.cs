using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Events;

namespace ForkTrace.Cli.Tests;

/// <summary>Texts from a recording reach a terminal only as plain text: no escape sequences, no markup, no extra lines.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const string Nasty = "\e[31m[red]x[/]\r\n\u009b2J\u202eabc\0[link=http://x]";
    private readonly WorkFolder _folder = new();

    public HostileTextTests()
    {
        EventColumns columns = new(4);
        columns.Add(900, 0, EventKind.Cgroup, 1, -1, 8, 0, 1);
        columns.Add(1_000, 0, EventKind.NewTask, 0, 1, 7, 1, 0);
        columns.Add(2_000, 0, EventKind.Exit, 0, -1, 7, 1, 1);
        columns.Add(3_000, 0, EventKind.DeathSwitch, 0, -1, 7, 1, 0x10);
        columns.Complete(Facts, new CommTable(["", Nasty]));
        _folder.Put("nasty.arrow", columns);
    }

    private static TraceFacts Facts => new()
    {
        Trace = $"trace{Nasty}",
        Format = $"format{Nasty}",
        Digest = new string('a', 64),
        Kernel = $"6.1{Nasty}",
        Machine = $"machine{Nasty}",
        Host = $"host{Nasty}",
        Clock = $"clock{Nasty}",
        Recorder = $"recorder{Nasty}",
        Cpus = 1,
        Tasks = 2,
        Cgroups = ["", Nasty],
        FirstNs = 900,
        LastNs = 3_000,
        EventsTotal = 4,
        EventsStored = 4,
        EventsByKind = Counts(("cgroup", 1), ("newtask", 1), ("exit", 1), ("death_switch", 1)),
        EventsSkipped = Counts(($"system:{Nasty}", 1)),
        Issues = [new ImportIssue(IssueSeverity.DataLoss, "code", $"message{Nasty}", 2)],
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("inspect", "nasty.arrow")]
    [InlineData("replay", "nasty.arrow")]
    [InlineData("run", "nasty.arrow")]
    [InlineData("inspect", "nasty.arrow", "--json")]
    [InlineData("replay", "nasty.arrow", "--json")]
    [InlineData("inspect", "nasty.arrow", "--strict")]
    public void No_text_of_a_trace_controls_the_terminal(params string[] arguments)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, arguments);
        Assert.DoesNotContain(outcome.Out + outcome.Error, IsSteering);
        const string SpeltOut = "\\x1b[31m[red]x[/]\\x0d\\x0a\\x9b2J\\u202eabc\\x00[link=http://x]";
        if (!arguments.Contains("--json"))
            Assert.Contains(SpeltOut, outcome.Out + outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_the_machine_is_shown_as_text() => Assert.Contains(
        "host        host\\x1b[31m[red]x[/]", Tool.Run(_folder.Path, "inspect", "nasty.arrow").Out, StringComparison.Ordinal);

    [Fact]
    public void A_table_of_a_query_is_harmless_too()
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "nasty.arrow").Code);
        ToolOutcome outcome = Tool.Run(_folder.Path, "query", "results.duckdb", "SELECT name, kernel FROM traces");
        Assert.DoesNotContain(outcome.Out, IsSteering);
        Assert.Contains("trace\\x1b[31m[red]x[/]", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("comms")]
    [InlineData("cgroups")]
    [InlineData("summary")]
    [InlineData("issues")]
    [InlineData("history")]
    public void Reports_hold_names_as_text(string report)
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "nasty.arrow").Code);
        string table = Tool.Run(_folder.Path, "report", report, "results.duckdb").Out;
        Assert.DoesNotContain(table, IsSteering);
        Assert.Contains("\\x1b[31m[red]x[/]\\x0d\\x0a", table, StringComparison.Ordinal);
        string markdown = Tool.Run(_folder.Path, "report", report, "results.duckdb", "--format", "markdown").Out;
        Assert.DoesNotContain(markdown, IsSteering);
        Assert.DoesNotContain("[red]", markdown, StringComparison.Ordinal);
        Assert.Contains("&#91;red&#93;x&#91;", markdown, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(Tool.Run(_folder.Path, "report", report, "results.duckdb", "--json").Out);
        string name = report switch { "comms" => "comm", "cgroups" => "cgroup", "issues" => "message", _ => "trace" };

        // In the database, a text ends at its first NUL.
        Assert.EndsWith(Nasty.Split('\0')[0], json.RootElement[0].GetProperty(name).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_shown_as_tables_is_harmless_too()
    {
        ToolOutcome outcome = Tool.Run(
            _folder.Path, "query", "--trace", "nasty.arrow", "SELECT comm FROM lifecycles UNION ALL SELECT comm FROM events");
        Assert.Equal(0, outcome.Code);
        Assert.DoesNotContain(outcome.Out, IsSteering);
        Assert.Contains("\\x1b[31m[red]x[/]", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_of_the_users_own_is_harmless_too()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "inspect", "no\e[2Jfile\n[red]");
        Assert.Equal("forktrace: there is no file 'no\\x1b[2Jfile\\x0a[red]'\n", outcome.Error);
    }

    [Fact]
    public void Json_gives_the_words_exactly()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "inspect", "nasty.arrow", "--json");
        JsonElement root = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(Facts.Trace, root.GetProperty("trace").GetString());
        Assert.Equal(Facts.Host, root.GetProperty("host").GetString());
        Assert.Equal(Facts.Recorder, root.GetProperty("recorder").GetString());
        Assert.Equal(1, root.GetProperty("events").GetProperty("skipped").GetProperty($"system:{Nasty}").GetInt64());
        Assert.Equal(Facts.Issues[0].Message, root.GetProperty("issues")[0].GetProperty("message").GetString());
    }

    private static bool IsSteering(char letter) => letter is not '\n' && (char.IsControl(letter) || letter == '\u202e');

    private static ImmutableSortedDictionary<string, long> Counts(params (string Name, long Count)[] counts) =>
        counts.ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Count, StringComparer.Ordinal);
}

using System.Text;
using System.Text.Json;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Policies from a C# file or an assembly: the example of docs/policies.md, and what goes wrong.</summary>
public sealed class PluginTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public PluginTests()
    {
        _folder.Put("t.arrow", SyntheticTrace.Random(5, 2000, 3));
        Put("my.cs", Example());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_example_of_the_documentation_conforms()
    {
        ToolOutcome outcome = Run("policy", "check", "my.cs");
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("pass  every-second  conservation", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_replays_beside_the_catalogue_and_a_change_makes_another_cell()
    {
        string[] arguments = ["replay", "t.arrow", "--policy-file", "my.cs", "--policy", "every-second:capacity=2|4", "--policy", "linux-4.9", "--json"];
        using JsonDocument first = JsonDocument.Parse(Run(arguments).Out);
        Put("my.cs", $"// changed\n{Example()}");
        using JsonDocument second = JsonDocument.Parse(Run(arguments).Out);
        JsonElement[] rows = [.. first.RootElement.GetProperty("results").EnumerateArray()];
        JsonElement[] changed = [.. second.RootElement.GetProperty("results").EnumerateArray()];
        Assert.Equal(["every-second", "every-second", "linux-4.9"], rows.Select(row => row.GetProperty("policy").GetString()));
        Assert.InRange(Hits(rows[0]), 1, Hits(rows[2]) - 1);
        Assert.Equal(Hits(rows[0]), Hits(changed[0]));
        Assert.NotEqual(Cell(rows[0]), Cell(changed[0]));
        Assert.Equal(Cell(rows[2]), Cell(changed[2]));
    }

    [Fact]
    public void A_page_sweeps_its_capacities()
    {
        Assert.Equal(0, Run("run", "t.arrow", "--policy-file", "my.cs", "--policy", "every-second", "--html", "page.html").Code);
        string curve = Run("report", "capacity", "results.duckdb", "--format", "csv").Out;
        Assert.StartsWith("trace,policy,", curve, StringComparison.Ordinal);
        Assert.Contains(",every-second,", curve, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_loses_stacks_fails_its_checks_and_has_no_figures()
    {
        Put("leak.cs", Example().Replace("ledger.Cache(task);", "ledger.NowNs.ToString();", StringComparison.Ordinal));
        ToolOutcome check = Run("policy", "check", "leak.cs", "--json");
        Assert.Equal(4, check.Code);
        using JsonDocument document = JsonDocument.Parse(check.Out);
        Assert.False(document.RootElement.GetProperty("policies")[0].GetProperty("conforms").GetBoolean());
        ToolOutcome replay = Run("replay", "t.arrow", "--policy-file", "leak.cs", "--policy", "every-second");
        Assert.Equal(2, replay.Code);
        Assert.Empty(replay.Out);
        Assert.StartsWith("forktrace: policy every-second failed: ", replay.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_are_shown_with_line_and_column()
    {
        string[] lines = Example().Replace("ledger.MapNew(task)", "ledger.Mapnew(task)", StringComparison.Ordinal).Split('\n');
        Put("bad.cs", string.Join('\n', lines));
        int line = Array.FindIndex(lines, text => text.Contains("Mapnew", StringComparison.Ordinal));
        int column = lines[line].IndexOf("Mapnew", StringComparison.Ordinal);
        ToolOutcome outcome = Run("policy", "check", "bad.cs");
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith(
            FormattableString.Invariant($"forktrace: bad.cs does not compile\nbad.cs({line + 1},{column + 1}): CS1061: "),
            outcome.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no file 'missing.cs'", "policy", "check", "missing.cs")]
    [InlineData("t.arrow is neither a C# file (.cs) nor an assembly (.dll)", "policy", "check", "t.arrow")]
    [InlineData("empty.cs holds no policy", "policy", "check", "empty.cs")]
    [InlineData("empty.cs is not a .NET assembly", "replay", "t.arrow", "--plugin", "empty.cs")]
    [InlineData("but the catalogue has one of that name", "replay", "t.arrow", "--policy-file", "taken.cs")]
    [InlineData("two plug-ins have a policy 'every-second'", "replay", "t.arrow", "--policy-file", "my.cs", "--policy-file", "my.cs")]
    [InlineData("there is no policy 'nope'; known are every-second, ", "replay", "t.arrow", "--policy-file", "my.cs", "--policy", "nope")]
    [InlineData("must be 0 to 65536 stacks", "replay", "t.arrow", "--policy-file", "my.cs", "--policy", "every-second:capacity=65537")]
    public void Mistakes_are_told(string expected, params string[] arguments)
    {
        Put("empty.cs", "// nothing\n");
        Put("taken.cs", Example().Replace("\"every-second\"", "\"linux-4.9\"", StringComparison.Ordinal));
        ToolOutcome outcome = Run(arguments);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    private static string Example()
    {
        const string Fence = "```csharp\n";
        string text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "policies.md"));
        int start = text.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static long Hits(JsonElement row) => row.GetProperty("hits").GetInt64();

    private static string? Cell(JsonElement row) => row.GetProperty("cell").GetString();

    private void Put(string name, string text) => _folder.Put(name, Encoding.UTF8.GetBytes(text));

    private ToolOutcome Run(params string[] arguments) => Tool.Run(_folder.Path, arguments);
}

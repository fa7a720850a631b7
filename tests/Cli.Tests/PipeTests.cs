using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

public sealed class PipeTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public PipeTests() => _folder.Put("trace.arrow", SyntheticTrace.Random(5, 200, 2));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("query results.duckdb 'SELECT * FROM range(200000000)' --format csv")]
    [InlineData("query results.duckdb 'SELECT * FROM range(200000000)' --format json")]
    public void A_reader_that_goes_ends_the_tool_quietly_and_soon(string command)
    {
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "trace.arrow").Code);
        ToolOutcome outcome = Tool.Shell(_folder.Path, $"$TOOL {command} | head -n 1; echo code ${{PIPESTATUS[0]}}");
        Assert.Empty(outcome.Error);
        Assert.EndsWith("code 0\n", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list policies")]
    [InlineData("inspect trace.arrow")]
    [InlineData("replay trace.arrow --json")]
    [InlineData("replay --help")]
    public void A_reader_that_was_never_there_is_no_failure(string command)
    {
        ToolOutcome outcome = Tool.Shell(_folder.Path, $"(sleep 0.5; $TOOL {command}; echo code $? >&2) | true");
        Assert.Equal("code 0\n", outcome.Error);
    }

    [Fact]
    public void Data_goes_to_standard_output_and_notes_to_standard_error()
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, "run", "trace.arrow", "--json");
        Assert.Equal($"results are in {_folder.Of("results.duckdb")}, run 1\n", outcome.Error);
        Assert.StartsWith("{\n", outcome.Out, StringComparison.Ordinal);
        Assert.EndsWith("\n}\n", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_streams_in_one_file_keep_each_other_whole()
    {
        ToolOutcome outcome = Tool.Shell(_folder.Path, "$TOOL run trace.arrow > both.txt 2>&1; cat both.txt");
        Assert.Contains("results are in ", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("\n linux-5.18 ", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("\nkernel ", outcome.Out, StringComparison.Ordinal);
    }
}

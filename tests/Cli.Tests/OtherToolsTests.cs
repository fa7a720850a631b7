using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Runs the lines for Python, R and DuckDB in notebooks/README.md, with the files that the commands above them write.</summary>
public sealed partial class OtherToolsTests : IDisposable
{
    private static readonly DocumentedCommands s_document = new("notebooks/README.md");
    private readonly WorkFolder _folder = new();

    public OtherToolsTests()
    {
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"), _folder.Of("trace.dat"));
        string[] commands = [.. s_document.All.Where(command => command.StartsWith("forktrace ", StringComparison.Ordinal))];
        Assert.Equal(4, commands.Length);
        foreach (string command in commands)
            Assert.Equal(0, Tool.Shell(_folder.Path, command.Replace("forktrace ", "$TOOL ", StringComparison.Ordinal)).Code);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("python", "python3 - <<'END'\n")]
    [InlineData("r", "Rscript - <<'END'\n")]
    public void Lines_print_the_figures_of_the_database(string language, string start)
    {
        ToolOutcome outcome = Tool.Shell(_folder.Path, $"{start}{s_document.TextOf(language)}\nEND");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("linux-5.18", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("newtask", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Statements_run_in_duckdb_itself()
    {
        string sql = Names().Replace(s_document.TextOf("sql"), name => $"'{_folder.Of(name.Groups[1].Value)}'");
        using DuckDBConnection connection = new("Data Source=:memory:");
        connection.Open();
        string[] statements = sql.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(4, statements.Length);
        foreach (string statement in statements)
        {
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = statement;
            using DuckDBDataReader reader = command.ExecuteReader();
            Assert.True(statement.StartsWith("ATTACH", StringComparison.Ordinal) || reader.Read(), statement);
        }
    }

    [GeneratedRegex(@"'(\w+\.(?:duckdb|parquet))'")]
    private static partial Regex Names();
}

using System.Text;
using System.Text.RegularExpressions;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// Every command in the README's table works in a new container, and its output fits into 80 columns. The output in the README, in two
/// parts, is that of the command above it; FORKTRACE_UPDATE_DOCS=1 updates it.
/// </summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const int Columns = 80;
    private const string ShownCommand = "run sample-traces/native-6.18/pthread.perf.data.zst";

    // Values for the README's placeholders.
    private static readonly (string Placeholder, string Value)[] s_values =
    [
        ("[-o OUT.arrow]", "-o out.arrow"), ("bash\\|zsh\\|fish\\|powershell", "bash"), ("formats\\|policies\\|cost-models", "policies"),
        ("html\\|policies\\|capacity\\|misses\\|history\\|...", "policies"), ("-o OUT", "-o out.parquet"),
        ("BASE HEAD --rules rules.toml", "results.duckdb results.duckdb --rules rules.toml"),
        ("compare A... -- B...", "compare a.dat -- b.dat"), ("A B C", "a.dat b.dat c.dat"), ("TRACE...", "trace.dat"), ("TRACE", "trace.dat"),
        ("FILE", "trace.dat"), ("record --exec -o build.dat -- make -j8", "record -o build.dat -- make -j8"),
    ];

    // These need a plan, and ci also a baseline. Other tests run them.
    private static readonly string[] s_elsewhere = ["ci", "learn policy\\|cluster FILE...", "mcp FOLDER", "fleet plan\\|task\\|status"];
    private readonly WorkFolder _folder = new();

    private static string ReadmePath => Path.Combine(RepositoryFiles.Root, "README.md");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_command_of_the_table_runs_and_fits()
    {
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst"), _folder.Of("trace.dat"));
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"), _folder.Of("a.dat"));
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/shell.perf.data.zst"), _folder.Of("b.dat"));
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/fork.perf.data.zst"), _folder.Of("c.dat"));
        File.WriteAllText(_folder.Of("rules.toml"), "[rules]\nhit_rate = \"-0.5pp\"\n");
        string policies = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "policy-writing.md"));
        int start = policies.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        File.WriteAllText(_folder.Of("my.cs"), policies[start..policies.IndexOf("```", start, StringComparison.Ordinal)]);
        Assert.Equal(0, Tool.Run(_folder.Path, "run", "trace.dat").Code);
        string[] commands =
        [
            .. File.ReadLines(ReadmePath).Where(line => line.StartsWith("| `forktrace ", StringComparison.Ordinal))
                .SelectMany(line => InBackticks().Matches(line).Select(match => match.Groups[1].Value))
                .Where(command => !s_elsewhere.Contains(command)),
        ];
        Assert.True(commands.Length >= 15);
        Assert.All(commands, AssertRuns);
    }

    [Fact]
    public void The_output_that_is_shown_is_that_of_the_command()
    {
        string readme = File.ReadAllText(ReadmePath);
        Assert.Contains($"eng/forktrace {ShownCommand}\n", readme, StringComparison.Ordinal);
        Directory.CreateSymbolicLink(_folder.Of("sample-traces"), Path.Combine(RepositoryFiles.Root, "sample-traces"));
        string output = Tool.Run(_folder.Path, Columns, ShownCommand.Split(' ')).Out;
        int blank = output.IndexOf("\n\n", StringComparison.Ordinal) + 1;
        Range answer = Block(readme, "The recorded kernel");
        Range rest = Block(readme, "trace ");
        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1")
        {
            string upToRest = readme[..answer.Start.Value] + output[..blank] + readme[answer.End.Value..rest.Start.Value];
            File.WriteAllText(ReadmePath, upToRest + output[(blank + 1)..] + readme[rest.End.Value..]);
        }
        else
        {
            Assert.Equal(output, $"{readme[answer]}\n{readme[rest]}");
            Assert.True(readme[..answer.End.Value].Count(character => character == '\n') < 40, "The answer is on the first screen.");
        }
    }

    private static Range Block(string text, string beginning)
    {
        const string Fence = "```\n";
        int start = text.IndexOf(Fence + beginning, StringComparison.Ordinal) + Fence.Length;
        return start..(text.IndexOf("\n```", start, StringComparison.Ordinal) + 1);
    }

    private void AssertRuns(string command)
    {
        string line = s_values.Aggregate(command, (text, pair) => text.Replace(pair.Placeholder, pair.Value, StringComparison.Ordinal));
        ToolOutcome outcome = Tool.CleanShell(_folder.Path, Columns, $"forktrace {line}");
        Assert.True(outcome.Code == 0, $"{line}: {outcome.Error}");

        // Completion scripts and recorder command lines are not for reading, so they may be longer.
        if (line.StartsWith("completion", StringComparison.Ordinal) || line.StartsWith("record", StringComparison.Ordinal))
            return;
        foreach (string shown in outcome.Out.Split('\n'))
            Assert.True(shown.EnumerateRunes().Count() <= Columns, $"{line}: {shown}");
    }

    [GeneratedRegex("`forktrace ([^`]*)`")]
    private static partial Regex InBackticks();
}

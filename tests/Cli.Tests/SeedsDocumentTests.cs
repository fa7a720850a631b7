using System.Text;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>
/// docs/seeds.md shows what its commands say: each block is run, line by line, in one folder. After a change that is meant: run with
/// FORKTRACE_UPDATE_DOCS=1 and read the difference.
/// </summary>
public sealed class SeedsDocumentTests : IDisposable
{
    private const string Begin = "```console\n";
    private const string End = "```";
    private const string Prompt = "$ forktrace ";
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_command_says_what_the_document_shows()
    {
        Directory.CreateSymbolicLink(_folder.Of("sample-traces"), Path.Combine(RepositoryFiles.Root, "sample-traces"));
        string path = Path.Combine(RepositoryFiles.Root, "docs", "seeds.md");
        string there = File.ReadAllText(path);
        StringBuilder expected = new();
        foreach (string part in there.Split(Begin))
        {
            int end = part.IndexOf(End, StringComparison.Ordinal);
            expected.Append(expected.Length == 0 ? part : Begin + Answered(part[..end]) + part[end..]);
        }

        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1")
            File.WriteAllText(path, expected.ToString());
        else
            Assert.Equal(expected.ToString(), there);
    }

    private string Answered(string block)
    {
        StringBuilder answered = new();
        foreach (string command in block.Split('\n').Where(line => line.StartsWith(Prompt, StringComparison.Ordinal)))
        {
            ToolOutcome outcome = Tool.Shell(_folder.Path, $"\"$TOOL\" {command[Prompt.Length..]}");
            Assert.True(outcome.Code == 0, $"{command}: {outcome.Error}");
            answered.Append(command).Append('\n');
            foreach (string line in outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                answered.Append(line.TrimEnd()).Append('\n');
        }

        return answered.ToString();
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// Every notebook has a file-based app, and <c>dotnet run</c> of it prints what the notebook shows: the same analysis, not a similar one.
/// </summary>
public sealed class AppTests
{
    private const int TimeoutMs = 120_000;

    public static TheoryData<string> Names => [.. NotebookFile.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_app_of_a_notebook_prints_what_the_notebook_shows(string name)
    {
        NotebookFile notebook = NotebookFile.Open(name);
        string expected = string.Concat(notebook.Outputs.Select(AsText));
        Assert.Equal(expected, Run(Path.Combine("notebooks", Path.ChangeExtension(name, ".cs"))));
    }

    [Fact]
    public void No_app_is_without_a_notebook() =>
        Assert.Equal(
            NotebookFile.Names.Select(name => Path.ChangeExtension(name, ".cs")),
            Directory.GetFiles(NotebookFile.Folder, "*.cs").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    private static string AsText(JsonObject output) =>
        output["text"] is { } printed ? NotebookFile.TextOf(printed) : NotebookFile.TextOf(output["data"]!["text/plain"]) + "\n";

    private static string Run(string app)
    {
        ProcessStartInfo start = new("dotnet", ["run", app])
        {
            WorkingDirectory = TestKit.RepositoryFiles.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };

        // The build that runs these tests must not steer the build of the app, nor may the latter leave processes that hold the pipes.
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["FORKTRACE_TOOL"] = NotebookFile.Tool;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMs))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet run {app} has not ended after {TimeoutMs} ms.");
        }

        Assert.True(process.ExitCode == 0, $"dotnet run {app}: exit code {process.ExitCode}\n{output.Result}\n{error.Result}");
        return output.Result;
    }
}

using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ForkTrace.Cli.Shared;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// Every notebook has a file-based app. <c>dotnet run</c> of the app prints the same texts, tables and figures of charts, so it is the same
/// analysis.
/// </summary>
public sealed partial class AppTests
{
    private const int TimeoutMs = 300_000;

    public static TheoryData<string> Names => [.. NotebookFile.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_app_of_a_notebook_prints_and_draws_what_the_notebook_shows(string name)
    {
        string folder = Directory.CreateTempSubdirectory("forktrace-tests-").FullName;
        try
        {
            string printed = Run(Path.Combine("notebooks", Path.ChangeExtension(name, ".cs")), folder);
            JsonObject[] outputs = [.. NotebookFile.Open(name).Outputs];
            Assert.Equal(Words(string.Concat(outputs.Select(AsText))), Words(printed));
            string[] pictures = Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories);
            Assert.Equal(outputs.Count(output => NotebookFile.PictureOf(output) is not null), pictures.Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void No_app_is_without_a_notebook() =>
        Assert.Equal(
            NotebookFile.Names.Select(name => Path.ChangeExtension(name, ".cs")),
            Directory.GetFiles(NotebookFile.Folder, "*.cs").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    // The printed text, the figures of charts, and the tables, without the kernel's report of installed packages.
    private static string AsText(JsonObject output)
    {
        if (output["text"] is { } printed)
            return NotebookFile.TextOf(printed);
        if (output["data"]!["text/plain"] is { } figures)
            return NotebookFile.TextOf(figures) + "\n";
        string html = output["data"]!["text/html"] is { } shown ? NotebookFile.TextOf(shown) : "";
        return html.StartsWith("<table>", StringComparison.Ordinal) ? WebUtility.HtmlDecode(Tag().Replace(html, " ")) : "";
    }

    // Tables have different layouts in a page and in a terminal.
    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static string Run(string app, string temporaryFolder)
    {
        ProcessStartInfo start = new("dotnet", ["run", app])
        {
            WorkingDirectory = TestKit.RepositoryFiles.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };

        // The build that runs these tests must not affect the app's build, and that build must not leave processes that keep the pipes
        // open.
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["NUGET_PACKAGES"] = PackedClone.UsersPackages;
        start.Environment.Remove("NUGET_FALLBACK_PACKAGES");
        start.Environment["PATH"] = NotebookFile.PathWithTool;
        start.Environment["TMPDIR"] = temporaryFolder;
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

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
